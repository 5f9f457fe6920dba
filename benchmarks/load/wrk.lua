-- wrk's part of benchmarks/load.py: posts one document with ids from a list, and prints what came of it as JSON.
local function read(name)
  local file = assert(io.open(os.getenv(name)))
  local text = file:read("*a")
  file:close()
  return text
end

local template = read("LOAD_TEMPLATE")
local run = os.getenv("LOAD_RUN")
local ids = {}
for id in read("LOAD_IDS"):gmatch("[^\n]+") do ids[#ids + 1] = id end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = os.getenv("LOAD_AUTHORIZATION")

local n = 0
request = function()
  n = n + 1
  -- A step that shares no divisor with the number of leads visits all of them, in no order of the disk.
  local values = { ID = ids[(n * 7919) % #ids + 1], N = run .. n }
  return wrk.format(nil, nil, nil, (template:gsub("__(%u+)__", values)))
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"count":%d,"per_s":%f,"p50_ms":%f,"p99_ms":%f,"failures":%d}\n',
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
