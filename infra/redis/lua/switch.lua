-- Readers and the writer go over to another build. KEYS[1] the view; ARGV[1] the build, or ''
-- for a new and empty one. Returns the build that was live.
local view, build = KEYS[1], ARGV[1]
local was = redis.call('HGET', view, 'live') or '0'
if build == '' then
    build = tostring(redis.call('HINCRBY', view, 'builds', 1))
end
redis.call('HSET', view, 'live', build)
redis.call('HDEL', view, 'at:' .. was)
return was
