-- Values at places, with the checkpoint they belong to.
-- KEYS[1] the view; ARGV[1] a build, or '' for the live one; ARGV[2] packed key, field, ...
-- Returns the build, its checkpoint, the packed lengths (-1: nothing there), and the values
-- one after another: a reply of few parts costs the client little.
local view = KEYS[1]
local build = ARGV[1]
if build == '' then
    build = redis.call('HGET', view, 'live') or '0'
end
local prefix = view .. ':' .. build .. ':'
local places = cmsgpack.unpack(ARGV[2])
local lengths, values = {}, {}
for i = 1, #places, 2 do
    local value = redis.call('HGET', prefix .. places[i], places[i + 1])
    if value then
        lengths[#lengths + 1] = #value
        values[#values + 1] = value
    else
        lengths[#lengths + 1] = -1
    end
end
return {
    build,
    redis.call('HGET', view, 'at:' .. build) or '0',
    cmsgpack.pack(lengths),
    table.concat(values),
}
