-- anchor.lua — anchor.odx by part 3 of the language, for Lua 5.4 and LuaJIT's interpreter.
-- usage: anchor.lua TICKS COUNT; prints nanoseconds a tick (median of three runs), then one trade a line.
-- TICKS: columns of 8 bytes a value: bid, ask (micros), mid, spread, move, spot.
local path, n = arg[1], tonumber(arg[2])
local SLOT, RESOLVE, HUGE = 900, 120, 6755399441055744.0 -- 1.5 * 2^52: adding it rounds half to even
local abs = math.abs

local function column(k, whole)
  local f, values, at = assert(io.open(path, "rb")), {}, 1
  f:seek("set", k * n * 8)
  if string.unpack then
    while at <= n do
      local count = math.min(4096, n - at + 1)
      local bytes, place = f:read(count * 8), 1
      for _ = 1, count do
        values[at], place = string.unpack(whole and "<i8" or "<d", bytes, place)
        at = at + 1
      end
    end
  else
    local ffi = require("ffi")
    local bytes = f:read(n * 8)
    local from = ffi.cast(whole and "const int64_t*" or "const double*", bytes)
    for i = 1, n do values[i] = tonumber(from[i - 1]) end
  end
  f:close()
  return values
end

local bid, ask, mid = column(0, true), column(1, true), column(2)
local spread, move, spot = column(3), column(4), column(5)

local function add(sum, comp, x) -- Neumaier
  local t = sum + x
  if abs(sum) >= abs(x) then comp = comp + ((sum - t) + x) else comp = comp + ((x - t) + sum) end
  return t, comp
end

local function run()
  local trades, count = {}, 0
  local cash, closed, payout, size, cost, stop, target = 1e12, 0, 0, 0, 0, 0, 0
  local alpha = 2 / 13
  local window = {}
  local function note(tick, side, price, shares)
    count = count + 1
    trades[count] = { tick, side, price, shares }
  end
  for first = 1, n, SLOT do
    local last_tick = math.min(first + SLOT - 1, n)
    local quick, calm_sum, up, down, last = 0, 0, 0, 0, 0
    local qs, qc, us, uc, ds, dc = 0, 0, 0, 0, 0, 0
    local at, armed, entries = 1, true, 0
    for i = first, last_tick do
      local k, x = i - first, mid[i]
      local change = x - last
      local rise, fall = 0, 0
      if change > 0 then rise = change elseif change < 0 then fall = -change end
      local micros = x * 1e6 + HUGE - HUGE
      last = x
      if k >= 26 then
        quick = quick + alpha * (x - quick)
        up = (up * 13 + rise) / 14
        down = (down * 13 + fall) / 14
        calm_sum = calm_sum + micros - window[at]
        window[at] = micros
        at = at == 26 and 1 or at + 1
        local left = false
        if k == RESOLVE and closed > 0 then
          note(i - 1, 3, payout, closed)
          cash, closed = cash + closed * payout, 0
        end
        if size > 0 then
          local b = bid[i]
          if b <= stop or b >= target then
            cash = cash + size * b
            note(i - 1, b <= stop and 1 or 2, b, size)
            size, cost, left = 0, 0, true
          end
        end
        local is_false = true
        if move[i] > 0.03 then
          local progress = k / SLOT
          if progress >= 0.1 and progress <= 0.4 and spread[i] * 1e6 + HUGE - HUGE < 50000 and
            quick * 1e6 + HUGE - HUGE > calm_sum / 26e6 * 1e6 + HUGE - HUGE then
            local heat = 100 * up / (up + down)
            is_false = heat >= 70
            if heat < 70 and armed then
              armed = false
              local a = ask[i]
              local worst = math.min(a + 20000, 990000) * 50
              if not left and cost + worst <= 100e6 and entries < 3 and worst <= cash then
                entries, size, cost, cash = entries + 1, size + 50, cost + 50 * a, cash - 50 * a
                note(i - 1, 0, a, 50)
                local entry = cost / (size * 1e6)
                stop = entry * (1 - 0.3) * 1e6 + HUGE - HUGE
                target = entry * (1 + 0.8) * 1e6 + HUGE - HUGE
              end
            end
          end
        end
        if is_false then armed = true end
      else
        if k < 12 then
          qs, qc = add(qs, qc, x)
          if k == 11 then quick = (qs + qc) / 12 end
        else
          quick = quick + alpha * (x - quick)
        end
        if k >= 1 and k <= 14 then
          us, uc = add(us, uc, rise)
          ds, dc = add(ds, dc, fall)
          if k == 14 then up, down = (us + uc) / 14, (ds + dc) / 14 end
        elseif k > 14 then
          up = (up * 13 + rise) / 14
          down = (down * 13 + fall) / 14
        end
        window[k + 1] = micros
        calm_sum = calm_sum + micros
      end
    end
    closed, payout = size, spot[last_tick] >= spot[first] and 1000000 or 0
    size, cost = 0, 0
  end
  return trades, count
end

local times, trades, count = {}
for k = 1, 3 do
  local start = os.clock()
  trades, count = run()
  times[k] = os.clock() - start
end
table.sort(times)
local out = { string.format("%.3f", times[2] / n * 1e9) }
for i = 1, count do
  local t = trades[i]
  out[i + 1] = string.format("%d %d %d %d", t[1], t[2], t[3], t[4] * 1000000)
end
io.write(table.concat(out, "\n"), "\n")
