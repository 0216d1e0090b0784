-- What wrk sends. Arguments: kind of accounts, what, a name for the run, mean pause in milliseconds (0: none).
local threads = 0
function setup(thread)
  thread:set("thread_number", threads)
  threads = threads + 1
end

local kind, what, run, pause
local sent = 0
-- So many requests later, everything that a thread's connections had asked before is answered.
local BEHIND = 256

function init(arguments)
  kind, what, run, pause = arguments[1], arguments[2], arguments[3], tonumber(arguments[4])
  math.randomseed(os.time() * 16 + thread_number)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. arguments[5]
end

local function session(number)
  return string.format("%s-%d-%d", run, thread_number, number)
end

local function authorize(number, op)
  return string.format(
    '{%s"session_id":"%s","account_sid":"AC%s%031d","service":"voice","from":"12025550100","to":"%d%011d"}',
    op, session(number), kind, math.random(0, 9999), math.random(1, 8), math.random(0, 99999999999))
end

local function call(number)
  local step, of = number % 3, math.floor(number / 3)
  if step == 1 and of > BEHIND then
    return "update", string.format('{"session_id":"%s","seq":1,"used_seconds":60}', session(of - BEHIND))
  elseif step == 2 and of > 2 * BEHIND then
    return "terminate", string.format('{"session_id":"%s","used_seconds":95,"cause":16}', session(of - 2 * BEHIND))
  end
  return "authorize", authorize(step == 0 and of or -number, "")
end

function request()
  sent = sent + 1
  if what == "authorize" then
    return wrk.format(nil, "/api/v1/aaa/authorize/", nil, authorize(sent, ""))
  elseif what == "call" then
    local operation, body = call(sent)
    return wrk.format(nil, "/api/v1/aaa/" .. operation .. "/", nil, body)
  elseif what == "batch" then
    local asks = {}
    for n = 1, 100 do
      asks[n] = authorize(sent * 100 + n, '"op":"authorize",')
    end
    return wrk.format(nil, "/api/v1/aaa/batch/", nil, '{"requests":[' .. table.concat(asks, ",") .. "]}")
  end
  return wrk.format(nil, "/empty/", nil, authorize(sent, ""))
end

function delay()
  if pause == 0 then
    return 0
  end
  return math.floor(-pause * math.log(1 - math.random()) + 0.5)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\nSUMMARY {"requests":%d,"seconds":%f,"refused":%d,"lost":%d,"p50_ms":%f,"p99_ms":%f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
