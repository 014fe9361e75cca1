-- wrk's side of the benchmark: asks for the paths of a file in turn, and prints what it saw as one line of JSON.
-- Arguments: FILE of paths, and for posting the body of the form.
local paths = {}
local place = 0
local method = "GET"
local headers = {}
local body = nil

-- A form of a visitor who comes for the first time: the token of a cookie that it has just been given, as
-- Django's CSRF protection asks for, and the headers that a browser sends with a form of the same site.
local token = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

function init(arguments)
  for path in io.lines(arguments[1]) do
    paths[#paths + 1] = path
  end
  if arguments[2] then
    method = "POST"
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    headers["Cookie"] = "csrftoken=" .. token
    headers["Origin"] = "http://" .. wrk.host .. ":" .. wrk.port
    headers["Sec-Fetch-Site"] = "same-origin"
    body = arguments[2] .. "&csrfmiddlewaretoken=" .. token
  end
end

function request()
  place = place % #paths + 1
  return wrk.format(method, paths[place], headers, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
