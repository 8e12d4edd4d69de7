-- All of one key's fields at most ARGV[3], live build. KEYS[1] the view; ARGV[1] a build or '';
-- ARGV[2] the key. Returns fields and values in turn.
local view, build = KEYS[1], ARGV[1]
if build == '' then
    build = redis.call('HGET', view, 'live') or '0'
end
local key = view .. ':' .. build .. ':' .. ARGV[2]
if redis.call('HLEN', key) <= tonumber(ARGV[3]) then
    return redis.call('HGETALL', key)
end
return redis.call('HSCAN', key, 0, 'COUNT', ARGV[3])[2]
