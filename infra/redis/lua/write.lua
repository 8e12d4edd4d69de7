-- The effect and the checkpoint, or neither: a script runs alone.
-- KEYS[1] the view; ARGV: build, 'live' or 'aside', checkpoint before, checkpoint after,
-- packed key, field, length (-1: take away), ..., the values one after another.
-- Returns the checkpoint there is then.
local view, build = KEYS[1], ARGV[1]
if ARGV[2] == 'live' then
    local live = redis.call('HGET', view, 'live') or '0'
    if live ~= build then
        return redis.call('HGET', view, 'at:' .. live) or '0'
    end
end
local checkpoint = redis.call('HGET', view, 'at:' .. build) or '0'
if checkpoint ~= ARGV[3] then
    return checkpoint
end
local prefix = view .. ':' .. build .. ':'
local changes, values, start = cmsgpack.unpack(ARGV[5]), ARGV[6], 1
for i = 1, #changes, 3 do
    local key, field, length = prefix .. changes[i], changes[i + 1], changes[i + 2]
    if length < 0 then
        redis.call('HDEL', key, field)
    else
        redis.call('HSET', key, field, values:sub(start, start + length - 1))
        start = start + length
    end
end
redis.call('HSET', view, 'at:' .. build, ARGV[4])
return ARGV[4]
