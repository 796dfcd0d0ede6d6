"""Lua scripts of the store, one for each change.

A MULTI would not do: a refused XADD there does not undo the SET beside it, and nothing in it can depend on the fencing
number. All keys of a call lie in one cluster slot. A script runs once an ``EVALSHA``; where the server has forgotten it
(a restart), the text is sent again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Script:
    """Lua script and the digest by which Redis knows it."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "sha", digest)


# Numbers are written with %.0f: Lua's own format keeps 14 digits and would round longer ones.
ACQUIRE = Script("""
-- KEYS: fence, lock, then every other key of the thread. ARGV: holder, ttl in ms, token, a holder known to be dead.
-- Answers the fencing number, or the name of the live holder.
local holder = redis.call('GET', KEYS[2])
if holder then
  if redis.call('HGET', KEYS[1], 'token') == ARGV[3] then
    return tonumber(redis.call('HGET', KEYS[1], 'number'))  -- the answer was lost: a repeat
  end
  if holder ~= ARGV[4] then return holder end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- From the clock: above those of an expired past, and none that a failover made forget: two holders would share it.
local number = math.max(tonumber(redis.call('HGET', KEYS[1], 'number') or '0') + 1, now)
redis.call('HSETNX', KEYS[1], 'created', string.format('%.0f', now))
redis.call('HSET', KEYS[1], 'number', string.format('%.0f', number), 'holder', ARGV[1], 'token', ARGV[3],
  'ttl', ARGV[2])
redis.call('HDEL', KEYS[1], 'writes')
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
if redis.call('HDEL', KEYS[1], 'expires_at') == 1 then
  redis.call('PERSIST', KEYS[1])
  for i = 3, #KEYS do redis.call('PERSIST', KEYS[i]) end
end
return number
""")

# FENCE has the right to write, LOCK only says that the holder lives: a lapsed lock alone refuses no write.
RENEW = Script("""
-- KEYS: fence, lock. ARGV: number, ttl in ms. A lock that lapsed is taken again where nobody came in between.
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return 0 end
local holder = redis.call('HGET', KEYS[1], 'holder')
-- Not SET alone: a server whose memory is full refuses it, and its writer would look dead.
if redis.call('GET', KEYS[2]) == holder then redis.call('PEXPIRE', KEYS[2], ARGV[2])
else redis.call('SET', KEYS[2], holder, 'PX', ARGV[2]) end
return 1
""")

SIGN = Script("""
-- KEYS: fence, lock. Answers the holder or nil, the ms until its lock lapses, and the lock's whole time in ms or nil.
return {redis.call('GET', KEYS[2]), redis.call('PTTL', KEYS[2]), redis.call('HGET', KEYS[1], 'ttl')}
""")

RELEASE = Script("""
-- KEYS: fence, lock. ARGV: number. The number moves on, so that a late write of the former holder is refused.
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])  -- first: after it a server whose memory is full takes the rest of the script
redis.call('HINCRBY', KEYS[1], 'number', 1)
return 1
""")

# Ids are compared here and not left to XADD, whose refusal of an old id would abort the script half-way: Redis does not
# undo what a script has done before an error.
WRITE = Script("""
-- KEYS: fence, events, snapshot, then the hashes to be changed. ARGV: number, channel, snapshot or '', its summary, the
-- id it reaches, the holder's count of its writes or 0, count of changes, (index of its key, '=' set or '-' delete,
-- field, value) a change, (id, event) an event. Answers the count, or -1: overtaken. A lower count says that writes
-- before this one are missing here (a failover lost them), and nothing was changed.
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return -1 end
local count = tonumber(ARGV[6])
if count > 0 then
  local has = tonumber(redis.call('HGET', KEYS[1], 'writes') or '0')
  if has < count - 1 then return has end
  redis.call('HSET', KEYS[1], 'writes', ARGV[6])
end
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms) or -1, tonumber(seq) or -1
end
local last_ms, last_seq = -1, -1
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
if newest[1] then last_ms, last_seq = parts(newest[1][1]) end
local next_arg = 8 + 4 * tonumber(ARGV[7])
for i = 8, next_arg - 1, 4 do
  local key, field = KEYS[tonumber(ARGV[i])], ARGV[i + 2]
  if ARGV[i + 1] == '=' then redis.call('HSET', key, field, ARGV[i + 3]) else redis.call('HDEL', key, field) end
end
local added = 0
for i = next_arg, #ARGV, 2 do
  local ms, seq = parts(ARGV[i])
  if ms > last_ms or (ms == last_ms and seq > last_seq) then  -- else: a repeat
    redis.call('XADD', KEYS[2], ARGV[i], 'e', ARGV[i + 1])
    last_ms, last_seq, added = ms, seq, added + 1
  end
end
if ARGV[3] ~= '' then
  local ms, seq = parts(ARGV[5])
  local reaches = ms > last_ms or (ms == last_ms and seq >= last_seq)
  if reaches or redis.call('EXISTS', KEYS[3]) == 0 then  -- else: a repeat that came after a newer one
    redis.call('SET', KEYS[3], ARGV[3], 'KEEPTTL')
    redis.call('HSET', KEYS[1], 'summary', ARGV[4])
  end
end
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if expires_at then
  for i = 2, #KEYS do redis.call('PEXPIREAT', KEYS[i], expires_at) end
end
redis.call('HINCRBY', KEYS[1], 'changes', 1)
if added > 0 then redis.call('PUBLISH', ARGV[2], ARGV[#ARGV - 1]) end
return count
""")

# All keys get one absolute moment: with a relative time each would expire on its own.
EXPIRE = Script("""
-- KEYS: fence, lock, then every other key of the thread. ARGV: number or '', ttl in ms.
-- Answers 1, or the name of a live holder other than the caller. Later writes give new keys the same end.
local holder = redis.call('GET', KEYS[2])
if holder and redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return holder end
local time = redis.call('TIME')
local at = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'expires_at', at)
redis.call('PEXPIREAT', KEYS[1], at)
for i = 3, #KEYS do redis.call('PEXPIREAT', KEYS[i], at) end
return 1
""")

REQUEST = Script("""
-- KEYS: fence, commands, snapshot. ARGV: request, channel. Answers 0 where there is no such thread.
if redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
local last = redis.call('LRANGE', KEYS[2], -1, -1)
if last[1] ~= ARGV[1] then redis.call('RPUSH', KEYS[2], ARGV[1]) end  -- else: a repeat, requests carry an id
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if expires_at then redis.call('PEXPIREAT', KEYS[2], expires_at) end
redis.call('PUBLISH', ARGV[2], '')
return 1
""")

TAKE = Script("""
-- KEYS: fence, commands. ARGV: number. Answers the requests, removed; or -1: overtaken.
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return -1 end
local requests = redis.call('LRANGE', KEYS[2], 0, -1)
if #requests > 0 then redis.call('DEL', KEYS[2]) end
return requests
""")

# Digests are compared instead of values, so that each value crosses the network once.
REENCRYPT = Script("""
-- KEYS: fence, lock, key. ARGV: kind of the key, a holder known to be dead or '', then (name, digest, value) a value:
-- the field of a hash, the id of a stream's entry, else ''; SHA-1 of the present value; the new one.
-- Answers 1, 0: the key holds other values than those, or the name of a live holder. In any case but 1 nothing changes,
-- and what expires goes on expiring at the same moment.
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[2] then return holder end
local kind, count = ARGV[1], (#ARGV - 2) / 3
local present = {}
if kind == 'string' then present = {redis.call('GET', KEYS[3]) or ''}
elseif kind == 'hash' then
  for i = 1, count do present[i] = redis.call('HGET', KEYS[3], ARGV[3 * i]) or '' end
elseif kind == 'list' then present = redis.call('LRANGE', KEYS[3], 0, -1)
else
  for i, entry in ipairs(redis.call('XRANGE', KEYS[3], '-', '+')) do
    if entry[1] ~= ARGV[3 * i] then return 0 end
    present[i] = entry[2][2]
  end
end
if #present ~= count then return 0 end
for i = 1, count do
  if redis.sha1hex(present[i]) ~= ARGV[3 * i + 1] then return 0 end
end
if kind == 'stream' or kind == 'list' then redis.call('DEL', KEYS[3]) end  -- an entry cannot be replaced under its id
for i = 1, count do
  local name, value = ARGV[3 * i], ARGV[3 * i + 2]
  if kind == 'string' then redis.call('SET', KEYS[3], value, 'KEEPTTL')
  elseif kind == 'hash' then redis.call('HSET', KEYS[3], name, value)
  elseif kind == 'list' then redis.call('RPUSH', KEYS[3], value)
  else redis.call('XADD', KEYS[3], name, 'e', value) end
end
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if expires_at then redis.call('PEXPIREAT', KEYS[3], expires_at) end
return 1
""")
