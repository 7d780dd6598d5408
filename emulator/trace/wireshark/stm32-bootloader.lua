--[[
The dialogue between a host and the system-memory bootloader of an STM32, for Wireshark and tshark (4.0 or newer):
AN3155 (USART), AN4221 (I2C), AN4286 (SPI), AN5927 (I3C), AN3154 (CAN), AN5405 (FDCAN), and the commands of DfuSe
(AN3156) above USB DFU, in captures of vstm32.

  tshark -X lua_script:stm32-bootloader.lua -r session.pcapng
  or: a copy in the folder that Wireshark names under Help > About > Folders > Personal Lua Plugins

Each packet is read once, in the order of the capture, and what was found is kept by the number of its frame:
Wireshark shows packets again, and in any order.
]]

local NAME = "STM32 bootloader"
local ACK, NACK, BUSY = 0x79, 0x1F, 0x76

local COMMANDS = {
  [0x00] = "Get", [0x01] = "Get Version", [0x02] = "Get ID", [0x03] = "Speed", [0x11] = "Read Memory", [0x21] = "Go",
  [0x31] = "Write Memory", [0x32] = "No Stretch Write Memory", [0x43] = "Erase", [0x44] = "Extended Erase",
  [0x45] = "No Stretch Erase", [0x50] = "Special", [0x51] = "Extended Special", [0x63] = "Write Protect",
  [0x64] = "No Stretch Write Protect", [0x73] = "Write Unprotect", [0x74] = "No Stretch Write Unprotect",
  [0x82] = "Readout Protect", [0x83] = "No Stretch Readout Protect", [0x92] = "Readout Unprotect",
  [0x93] = "No Stretch Readout Unprotect", [0xA1] = "Get Checksum",
}
local STATUSES = { [ACK] = "ACK", [NACK] = "NACK", [BUSY] = "busy" }
local SPECIAL_ERASES = { [0xFFFF] = "all of main flash", [0xFFFE] = "bank 1", [0xFFFD] = "bank 2" }
local DFUSE_COMMANDS = { [0x00] = "Get", [0x21] = "Set Address Pointer", [0x41] = "Erase", [0x92] = "Read Unprotect" }
local DFU_STATES = {
  [0] = "appIDLE", [1] = "appDETACH", [2] = "dfuIDLE", [3] = "dfuDNLOAD-SYNC", [4] = "dfuDNBUSY", [5] = "dfuDNLOAD-IDLE",
  [6] = "dfuMANIFEST-SYNC", [7] = "dfuMANIFEST", [8] = "dfuMANIFEST-WAIT-RESET", [9] = "dfuUPLOAD-IDLE", [10] = "dfuERROR",
}
local DFU_STATUSES = {
  [0] = "OK", [1] = "errTARGET", [2] = "errFILE", [3] = "errWRITE", [4] = "errERASE", [5] = "errCHECK_ERASED",
  [6] = "errPROG", [7] = "errVERIFY", [8] = "errADDRESS", [9] = "errNOTDONE", [10] = "errFIRMWARE", [11] = "errVENDOR",
  [12] = "errUSBR", [13] = "errPOR", [14] = "errUNKNOWN", [15] = "errSTALLEDPKT",
}

local stm32 = Proto("stm32", NAME)
local F = {
  command = ProtoField.uint8("stm32.command", "Command", base.HEX, COMMANDS),
  name = ProtoField.string("stm32.command_name", "Name of the command"),
  complement = ProtoField.uint8("stm32.complement", "Complement", base.HEX),
  address = ProtoField.uint32("stm32.address", "Address", base.HEX),
  length = ProtoField.uint32("stm32.length", "Length in bytes"),
  count = ProtoField.uint16("stm32.count", "Count"),
  page = ProtoField.uint16("stm32.page", "Page"),
  sector = ProtoField.uint16("stm32.sector", "Sector"),
  data = ProtoField.bytes("stm32.data", "Data"),
  checksum = ProtoField.uint8("stm32.checksum", "Checksum", base.HEX),
  status = ProtoField.uint8("stm32.status", "Status", base.HEX, STATUSES),
  result = ProtoField.string("stm32.result", "Result of the command"),
  reason = ProtoField.string("stm32.reason", "Reason"),
  version = ProtoField.uint8("stm32.version", "Protocol version", base.HEX),
  product_id = ProtoField.uint16("stm32.product_id", "Product ID", base.HEX),
  opcode = ProtoField.uint8("stm32.opcode", "Supported command", base.HEX, COMMANDS),
  code = ProtoField.uint16("stm32.code", "Code of the sub-operation", base.HEX),
  polynomial = ProtoField.uint32("stm32.polynomial", "Polynomial", base.HEX),
  initial = ProtoField.uint32("stm32.initial", "Initial value", base.HEX),
  crc = ProtoField.uint32("stm32.crc", "CRC", base.HEX),
  speed = ProtoField.uint8("stm32.speed", "Speed", base.HEX, { "125 kbit/s", "250 kbit/s", "500 kbit/s", "1 Mbit/s" }),
  sync = ProtoField.uint8("stm32.sync", "Sync byte", base.HEX),
  event = ProtoField.string("stm32.event", "Event of the chip"),
  command_frame = ProtoField.framenum("stm32.command_frame", "Command in", base.NONE, frametype.REQUEST),
  dfuse_command = ProtoField.uint8("stm32.dfuse.command", "DfuSe command", base.HEX, DFUSE_COMMANDS),
  block = ProtoField.uint16("stm32.dfuse.block", "Block number"),
  dfu_status = ProtoField.uint8("stm32.dfu.status", "DFU status", base.DEC, DFU_STATUSES),
  dfu_state = ProtoField.uint8("stm32.dfu.state", "DFU state", base.DEC, DFU_STATES),
  poll_timeout = ProtoField.uint32("stm32.dfu.poll_timeout", "Poll time-out in ms"),
}
stm32.fields = {}
for _, field in pairs(F) do stm32.fields[#stm32.fields + 1] = field end
local refused = ProtoExpert.new("stm32.refused", "The command was refused", expert.group.RESPONSE_CODE, expert.severity.WARN)
local trouble = ProtoExpert.new("stm32.trouble", "The dissector itself failed", expert.group.MALFORMED, expert.severity.ERROR)
local malformed = ProtoExpert.new("stm32.malformed", "Malformed packet of the link", expert.group.MALFORMED, expert.severity.ERROR)
local wrong_checksum = ProtoExpert.new("stm32.checksum.wrong", "Wrong checksum", expert.group.CHECKSUM, expert.severity.WARN)
local wrong_complement = ProtoExpert.new("stm32.complement.wrong", "Wrong complement", expert.group.CHECKSUM, expert.severity.WARN)
stm32.experts = { refused, trouble, malformed, wrong_checksum, wrong_complement }
local EXPERTS = { checksum = wrong_checksum, complement = wrong_complement }

local comment_of = Field.new("frame.comment")
local interface_of = Field.new("frame.interface_id")

-- What is known of the capture, from one opening of a file to the next.
local sessions, records, comments, marks
-- The first frame, where a first pass showed none of the fields that are asked for: the next pass starts over.
local blind

local function forget()
  sessions, records, comments, marks, blind = {}, {}, {}, {}, nil
end
stm32.init = forget
forget()

-- XOR of two bytes; neither the operator nor a library for it is in every Lua that Wireshark is built with.
local NIBBLE = {}
for one = 0, 15 do
  NIBBLE[one] = {}
  for other = 0, 15 do
    local sum, a, b = 0, one, other
    for _, bit in ipairs({ 1, 2, 4, 8 }) do
      if a % 2 ~= b % 2 then sum = sum + bit end
      a, b = math.floor(a / 2), math.floor(b / 2)
    end
    NIBBLE[one][other] = sum
  end
end
local function xor(a, b)
  return NIBBLE[math.floor(a / 16)][math.floor(b / 16)] * 16 + NIBBLE[a % 16][b % 16]
end
local function xor_all(bytes, from, to, seed)
  local sum = seed or 0
  for at = from, to do sum = xor(sum, bytes[at]) end
  return sum
end
local function big_endian(bytes, from, count)
  local value = 0
  for at = from, from + count - 1 do value = value * 256 + bytes[at] end
  return value
end
local function hex(value, digits) return string.format("0x%0" .. digits .. "X", value) end
local function bytes_of(length) return length == 1 and "1 byte" or length .. " bytes" end

-- What a command is, as the dialogue of vstm32 writes it: Write Memory 0x08000000, 256 bytes.
local function describe(command)
  local parts = {}
  if command.address then parts[#parts + 1] = hex(command.address, 8) end
  if command.length then parts[#parts + 1] = bytes_of(command.length) end
  if command.pages then
    local pages = command.pages
    local run = true
    for at = 2, #pages do run = run and pages[at] == pages[1] + at - 1 end
    if #pages == 0 then parts[#parts + 1] = "no pages"
    elseif #pages == 1 then parts[#parts + 1] = "page " .. pages[1]
    elseif run then parts[#parts + 1] = "pages " .. pages[1] .. " to " .. pages[#pages]
    else
      local more = #pages > 16 and ", … (" .. #pages .. " pages)" or ""
      parts[#parts + 1] = "pages " .. table.concat(pages, ", ", 1, math.min(#pages, 16)) .. more
    end
  end
  if command.bank then parts[#parts + 1] = command.bank end
  if command.code then parts[#parts + 1] = "code " .. hex(command.code, 4) end
  if #parts == 0 then return command.name end
  return command.name .. " " .. table.concat(parts, ", ")
end

-- What a frame is found to be.
local function record(frame)
  local found = records[frame]
  if found == nil then
    found = { items = {} }
    records[frame] = found
  end
  return found
end

-- A session: a conversation in which a host's bytes and a chip's are taken in turn, as the chip does it.
local REFUSED = {} -- thrown where a command ends early
local Session = {}
Session.__index = Session

local function queue() return { first = 1, last = 0, count = 0 } end

function Session.new(kind)
  local session = setmetatable({ kind = kind }, Session)
  session:restart()
  return session
end

function Session:restart()
  self.queues = { host = queue(), chip = queue(), interrupt = queue() }
  self.slots = { host = {}, chip = {}, hosts = 0, chips = 0, at = 1 }
  self.command = nil
  self.touched = {}
  self.thread = coroutine.create(function() self.kind.dialogue(self) end)
  self:run()
end

-- Goes on until more bytes are wanted than there are; an error of ours is shown, and the dialogue begins anew.
function Session:run(frame)
  local ok, why = coroutine.resume(self.thread)
  if not ok and frame then record(frame).trouble = tostring(why) end
  for frame, command in pairs(self.touched) do
    local found = record(frame)
    found.text, found.name = describe(command), command.name
    found.command, found.dfuse_command, found.address, found.length = command.opcode, command.dfuse, command.address, command.length
    found.command_frame = command.frame
  end
  self.touched = {}
  if not ok then self:restart() end
end

function Session:feed(from, frame, offset, bytes, id)
  local line = self.queues[from]
  if line.count > 200000 then -- nobody takes them: the capture has lost something
    self:restart()
    line = self.queues[from]
  end
  line.last = line.last + 1
  line[line.last] = { frame = frame, offset = offset, bytes = bytes, at = 1, id = id }
  line.count = line.count + #bytes
  self:run(frame)
end

-- Bytes of SPI: the slots of MOSI and MISO have the same numbers.
function Session:feed_slots(from, frame, offset, bytes)
  local slots = self.slots
  if from == "host" and slots.chips < slots.hosts then slots.chips = slots.hosts end
  local number = from == "host" and "hosts" or "chips"
  for at = 1, #bytes do
    slots[number] = slots[number] + 1
    slots[from][slots[number]] = { frame = frame, offset = offset + at - 1, byte = bytes:byte(at) }
  end
  self:run(frame)
end

-- Waits for bytes, from one side or, at rest, from either.
function Session:wait(from)
  self.wanted = from
  coroutine.yield()
  self.wanted = nil
end

-- The frame belongs to the command that is under way.
function Session:touch(frame)
  if self.command then
    self.command.frame = self.command.frame or frame
    self.touched[frame] = self.command
  end
end

-- So many bytes, in the pieces in which frames brought them. A fresh answer begins where a message begins.
function Session:take(from, count, fresh)
  local line = self.queues[from]
  if fresh and self.kind.messages then
    local first = line[line.first]
    if first and first.at > 1 then
      line.count = line.count - (#first.bytes - first.at + 1)
      line[line.first] = nil
      line.first = line.first + 1
    end
  end
  while line.count < count do self:wait(from) end
  local span = { bytes = {}, pieces = {} }
  while #span.bytes < count do
    local message = line[line.first]
    local some = math.min(count - #span.bytes, #message.bytes - message.at + 1)
    if some > 0 then
      span.pieces[#span.pieces + 1] =
        { frame = message.frame, offset = message.offset + message.at - 1, from = #span.bytes + 1, length = some }
      for at = message.at, message.at + some - 1 do span.bytes[#span.bytes + 1] = message.bytes:byte(at) end
      message.at = message.at + some
      line.count = line.count - some
      self:touch(message.frame)
    end
    if message.at > #message.bytes then
      line[line.first] = nil
      line.first = line.first + 1
    end
  end
  return span
end

-- The next frame of CAN, whole; of a capture without directions, whichever comes.
function Session:message(from)
  local line = self.queues[from]
  while line.first > line.last do self:wait(from) end
  local message = line[line.first]
  line[line.first] = nil
  line.first = line.first + 1
  line.count = line.count - #message.bytes
  local span = { bytes = { message.bytes:byte(1, -1) }, pieces = {}, id = message.id, frame = message.frame }
  span.pieces[1] = { frame = message.frame, offset = message.offset, from = 1, length = #message.bytes }
  return span
end

-- Slots of SPI, from the next on.
function Session:take_slots(from, count)
  local slots = self.slots
  local number = from == "host" and "hosts" or "chips"
  while slots[number] < slots.at + count - 1 do self:wait(from) end
  local span = { bytes = {}, pieces = {} }
  for at = slots.at, slots.at + count - 1 do
    local slot = slots[from][at] or { byte = 0 }
    span.bytes[#span.bytes + 1] = slot.byte
    local last = span.pieces[#span.pieces]
    if slot.frame and last and last.frame == slot.frame then last.length = last.length + 1
    elseif slot.frame then
      span.pieces[#span.pieces + 1] = { frame = slot.frame, offset = slot.offset, from = #span.bytes, length = 1 }
      self:touch(slot.frame)
    end
  end
  self:skip_slots(count)
  return span
end

function Session:skip_slots(count)
  local slots = self.slots
  for at = slots.at, slots.at + count - 1 do slots.host[at], slots.chip[at] = nil, nil end
  slots.at = slots.at + count
end

-- Says what bytes first to last of a span are; bytes that came in several frames are shown in the last of them.
function Session:item(span, first, last, field, value, wrong)
  for number = #span.pieces, 1, -1 do
    local piece = span.pieces[number]
    local to = piece.from + piece.length - 1
    if piece.from <= last and to >= first then
      local from = math.max(first, piece.from)
      local items = record(piece.frame).items
      items[#items + 1] =
        { field = field, offset = piece.offset + from - piece.from, length = math.min(last, to) - from + 1, value = value, wrong = wrong }
      if value ~= nil then return end -- a number has one place, data have several
    end
  end
end

function Session:frame_of(span)
  local piece = span.pieces[#span.pieces]
  return piece and piece.frame or span.frame
end

function Session:begin(name, opcode, span)
  self.command = { name = name, opcode = opcode }
  if span then
    for _, piece in ipairs(span.pieces) do self:touch(piece.frame) end
    if span.frame then self:touch(span.frame) end
  end
end

-- A command is over; marks of the chip behind its beginning tell why it was refused.
function Session:finish(span, result)
  local frame = self:frame_of(span)
  if frame == nil then return end
  local found = record(frame)
  if result == "NACK" then found.refused_since = self.command and self.command.frame or 0 end
  found.result = result
  self:touch(frame)
end

-- ACK, or the end of the command.
function Session:judge(span, final)
  local byte = span.bytes[1]
  local frame = self:frame_of(span)
  self:item(span, 1, 1, "status", byte)
  if byte == ACK then self.active = true end
  if byte == NACK then
    self:finish(span, "NACK")
    error(REFUSED, 0)
  elseif byte == ACK and final then self:finish(span, "ACK")
  elseif frame then record(frame).answer = STATUSES[byte] or "unexpected " .. hex(byte, 2) end
  if STATUSES[byte] == nil then error(REFUSED, 0) end
  return byte
end

function Session:status(final)
  if self.kind.slots then return self:spi_status(final) end
  repeat
    local byte = self:judge(self:take(self.kind.answers or "chip", 1, true), final)
  until byte ~= BUSY
end

-- AN4286: a dummy, then dummies until ACK or NACK is on MISO, which the host acknowledges with 0x79.
function Session:spi_status(final)
  self:take_slots("chip", 1)
  local span
  repeat span = self:take_slots("chip", 1) until span.bytes[1] == ACK or span.bytes[1] == NACK
  local ok, why = pcall(self.judge, self, span, final)
  repeat local reply = self:take_slots("host", 1) until reply.bytes[1] == ACK
  if not ok then error(why, 0) end
end

function Session:host(count)
  if self.kind.slots then return self:take_slots("host", count) end
  return self:take("host", count)
end

function Session:chip(count, further)
  if not self.kind.slots then return self:take("chip", count, not further) end
  if not further then self:take_slots("chip", 1) end
  return self:take_slots("chip", count)
end

function Session:checksum(span, expected)
  local last = #span.bytes
  self:item(span, last, last, "checksum", span.bytes[last], span.bytes[last] ~= expected and "checksum" or nil)
end

-- Four bytes and their XOR.
function Session:word(field)
  local span = self:host(5)
  local value = big_endian(span.bytes, 1, 4)
  self:item(span, 1, 4, field, value)
  self:checksum(span, xor_all(span.bytes, 1, 4))
  if self.command[field] == nil then self.command[field] = value end
  return value
end

function Session:address_word()
  self:word("address")
  self:status()
end

-- A number and its complement.
function Session:complemented(field, value)
  local span = self:host(2)
  local number = span.bytes[1]
  self:item(span, 1, 1, field, value and value(number) or number)
  self:item(span, 2, 2, "complement", span.bytes[2], xor(number, span.bytes[2]) ~= 0xFF and "complement" or nil)
  return number
end

function Session:pages(span, from, count, width, field)
  local list = {}
  for number = 0, count - 1 do
    local at = from + number * width
    list[#list + 1] = big_endian(span.bytes, at, width)
    if number < 512 then self:item(span, at, at + width - 1, field, list[#list]) end
  end
  self.command.pages = list
end

-- Commands of the framed protocols, whose octets USART, I2C, SPI and I3C share but for what `kind` says.
local RUN = {}

RUN[0x00] = function(session)
  session:status()
  local span = session:chip(1)
  local count = span.bytes[1]
  session:item(span, 1, 1, "count", count)
  span = session:chip(1, not session.kind.separate)
  session:item(span, 1, 1, "version", span.bytes[1])
  if count > 0 then
    span = session:chip(count, not session.kind.separate)
    for at = 1, count do session:item(span, at, at, "opcode", span.bytes[at]) end
  end
  session:status(true)
end

RUN[0x01] = function(session)
  session:status()
  local span = session:chip(session.kind.version_bytes or 1)
  session:item(span, 1, 1, "version", span.bytes[1])
  if #span.bytes > 1 then session:item(span, 2, #span.bytes, "data") end
  session:status(true)
end

RUN[0x02] = function(session)
  session:status()
  local span = session:chip(1)
  local count = span.bytes[1] + (session.kind.separate and 0 or 1)
  session:item(span, 1, 1, "count", span.bytes[1])
  if count > 0 then
    span = session:chip(count, not session.kind.separate)
    session:item(span, 1, math.min(count, 2), "product_id", big_endian(span.bytes, 1, math.min(count, 2)))
  end
  session:status(true)
end

-- AN5927: the size of a chunk, doubled, and whether another one follows.
local function chunk(session)
  local span = session:host(3)
  local size = big_endian(span.bytes, 1, 2)
  local length = math.floor(size / 2)
  session.command.length = (session.command.length or 0) + length
  session:item(span, 1, 2, "length", length)
  session:checksum(span, xor_all(span.bytes, 1, 2))
  session:status()
  return length, size % 2 == 1
end

-- All chunks; `take` reads what follows the size of one.
local function chunks(session, take)
  local length, more
  repeat
    length, more = chunk(session)
    take(length, more)
  until not more
end

RUN[0x11] = function(session)
  session:status()
  session:address_word()
  if session.kind.chunks then
    chunks(session, function(length, more)
      local span = session:chip(length)
      session:item(span, 1, length, "data")
      if not more then session:finish(span, "ACK") end
    end)
    return
  end
  local length = session:complemented("length", function(number) return number + 1 end) + 1
  session.command.length = length
  session:status()
  local span = session:chip(length)
  session:item(span, 1, length, "data")
  session:finish(span, "ACK")
end

RUN[0x21] = function(session)
  session:status()
  session:word("address")
  session:status(true)
end

RUN[0x31] = function(session)
  session:status()
  session:address_word()
  if session.kind.chunks then
    chunks(session, function(length, more)
      local span = session:host(length + 1)
      session:item(span, 1, length, "data")
      session:checksum(span, xor_all(span.bytes, 1, length))
      session:status(not more)
    end)
    return
  end
  local span = session:host(1)
  local last = span.bytes[1]
  session:item(span, 1, 1, "length", last + 1)
  session.command.length = last + 1
  span = session:host(last + 2)
  session:item(span, 1, last + 1, "data")
  local sum = xor_all(span.bytes, 1, last + 1, last)
  if session.kind.slots and last % 2 == 0 and span.bytes[last + 2] == 0xFF and sum ~= 0xFF then
    span = session:host(1) -- AN4286: an odd number of bytes may be completed with 0xFF
    session:checksum(span, span.bytes[1] == xor(sum, 0xFF) and span.bytes[1] or sum)
  else
    session:checksum(span, sum)
  end
  session:status(true)
end

RUN[0x43] = function(session)
  session:status()
  local span = session:host(1)
  local last = span.bytes[1]
  session:item(span, 1, 1, "count", last == 0xFF and last or last + 1)
  if last == 0xFF then
    span = session:host(1)
    session:checksum(span, 0)
    session.command.bank = "all of main flash"
  else
    span = session:host(last + 2)
    session:pages(span, 1, last + 1, 1, "page")
    session:checksum(span, xor_all(span.bytes, 1, last + 1, last))
  end
  session:status(true)
end

RUN[0x44] = function(session)
  session:status()
  local kind = session.kind
  local span = session:host(2)
  local bytes = span.bytes
  local number = big_endian(bytes, 1, 2)
  local sum = xor(bytes[1], bytes[2])
  local special = number >= 0xFFF0
  local count = number + (kind.chunks and 0 or 1)
  session:item(span, 1, 2, "count", special and number or count)
  if special or kind.split then session:checksum(session:host(1), sum) end
  if special then
    session.command.bank = SPECIAL_ERASES[number] or "code " .. hex(number, 4)
    return session:status(true)
  end
  if kind.split then session:status() end
  span = session:host(2 * count + 1)
  session:pages(span, 1, count, 2, "page")
  session:checksum(span, xor_all(span.bytes, 1, 2 * count, kind.split and 0 or sum))
  session:status(true)
end

local function special(parts)
  return function(session)
    session:status()
    local span = session:host(3)
    session.command.code = big_endian(span.bytes, 1, 2)
    session:item(span, 1, 2, "code", session.command.code)
    session:checksum(span, xor_all(span.bytes, 1, 2))
    session:status()
    for _ = 1, parts do
      local size = session:host(2)
      local length = big_endian(size.bytes, 1, 2)
      session:item(size, 1, 2, "length", length)
      span = session:host(length + 1)
      if length > 0 then session:item(span, 1, length, "data") end
      session:checksum(span, xor_all(span.bytes, 1, length, xor(size.bytes[1], size.bytes[2])))
      session:status()
    end
    for _ = parts, 2 do -- data of Special, then the status of either
      span = session:chip(2)
      local length = big_endian(span.bytes, 1, 2)
      session:item(span, 1, 2, "count", length)
      if length > 0 then
        span = session:chip(length, true)
        session:item(span, 1, length, "data")
      end
    end
    session:status(true)
  end
end
RUN[0x50] = special(1)
RUN[0x51] = special(2)

RUN[0x63] = function(session)
  session:status()
  local kind = session.kind
  local span, count, sum, width = nil, nil, 0, 1
  if kind.chunks then
    span = session:host(3)
    count, width = big_endian(span.bytes, 1, 2), 2
    session:item(span, 1, 2, "count", count)
    session:checksum(span, xor_all(span.bytes, 1, 2))
    session:status()
  elseif kind.split then
    count = session:complemented("count", function(number) return number + 1 end) + 1
    session:status()
  else
    span = session:host(1)
    count, sum = span.bytes[1] + 1, span.bytes[1]
    session:item(span, 1, 1, "count", count)
  end
  span = session:host(count * width + 1)
  session:pages(span, 1, count, width, "sector")
  session:checksum(span, xor_all(span.bytes, 1, count * width, sum))
  session:status(true)
end

local function twice(session)
  session:status()
  session:status(true)
end
for _, opcode in ipairs({ 0x73, 0x74, 0x82, 0x83, 0x92, 0x93 }) do RUN[opcode] = twice end
RUN[0x32], RUN[0x45], RUN[0x64] = RUN[0x31], RUN[0x44], RUN[0x63]

RUN[0xA1] = function(session)
  session:status()
  session:address_word()
  local size = session:word("size_word")
  session.command.length = session.kind.size_in_bytes and size or 4 * size
  session:status()
  if not session.kind.size_in_bytes then
    session:word("polynomial")
    session:status()
    session:word("initial")
    session:status()
  end
  session:checksum_answer()
end

-- Notes and chips differ in whether an ACK of its own stands before the value.
function Session:checksum_answer()
  if self.kind.slots or self.kind.messages then self:status()
  else
    while self.queues.chip.count == 0 do self:wait("chip") end
    local line = self.queues.chip
    local message = line[line.first]
    if message.bytes:byte(message.at) == ACK then self:status() end
  end
  local span = self:chip(5)
  self:item(span, 1, 4, "crc", big_endian(span.bytes, 1, 4))
  self:checksum(span, xor_all(span.bytes, 1, 4))
  self:finish(span, "ACK")
end

-- A command by its opcode; what a chip says to one that no note has is its NACK.
local function run_command(session, span, at)
  local opcode, complement = span.bytes[at], span.bytes[at + 1]
  local name = COMMANDS[opcode]
  local whole = xor(opcode, complement) == 0xFF
  session:begin(whole and (name or "Command " .. hex(opcode, 2)) or "Malformed command", opcode, span)
  session:item(span, at, at, "command", opcode)
  session:item(span, at + 1, at + 1, "complement", complement, not whole and "complement" or nil)
  if whole then session.active = true end
  local run = whole and RUN[opcode]
  if run then run(session) else session:status(true) end
end

-- Runs a command to its end, which may be a refusal.
local function guarded(run, ...)
  local ok, why = pcall(run, ...)
  if not ok and why ~= REFUSED then error(why, 0) end
end

local function synchronised(session, span, byte)
  session:begin("Sync", nil, span)
  session:item(span, 1, 1, "sync", byte)
  session:status(true)
  session.active = true
end

-- AN3155: 0x7F selects the port; afterwards it is a byte as any other, which a host sends to see where it is.
local function usart_step(session)
  while session.queues.host.count == 0 and session.queues.chip.count == 0 do session:wait() end
  if session.queues.host.count == 0 then
    return session:judge(session:take("chip", 1), true) -- what nobody asked for
  end
  local first = session:take("host", 1)
  if first.bytes[1] == 0x7F then
    session:begin("Sync", nil, first)
    while session.queues.host.count == 0 and session.queues.chip.count == 0 do session:wait() end
    if session.queues.chip.count > 0 then return synchronised(session, first, 0x7F) end
  end
  local second = session:take("host", 1)
  for _, piece in ipairs(second.pieces) do
    piece.from = 2
    first.pieces[#first.pieces + 1] = piece
  end
  first.bytes[2] = second.bytes[1]
  return run_command(session, first, 1)
end

local function forever(step)
  return function(session)
    while true do
      session.command = nil
      guarded(step, session)
    end
  end
end

local USART = { protocol = "STM32-USART", note = "AN3155", dialogue = forever(usart_step), version_bytes = 3 }

local I2C = {
  protocol = "STM32-I2C", note = "AN4221", messages = true, split = true, size_in_bytes = true,
  dialogue = forever(function(session) run_command(session, session:take("host", 2, true), 1) end),
}

local SPI = {
  protocol = "STM32-SPI", note = "AN4286", slots = true, split = true,
  dialogue = forever(function(session)
    local span
    repeat span = session:take_slots("host", 1) until span.bytes[1] == 0x5A
    session:begin("Sync", nil, span)
    local slots = session.slots
    while slots.hosts < slots.at + 1 do session:wait("host") end
    local one, two = slots.host[slots.at], slots.host[slots.at + 1]
    if one and two and xor(one.byte, two.byte) == 0xFF then
      return run_command(session, session:take_slots("host", 2), 1)
    end
    synchronised(session, span, 0x5A)
  end),
}

local I3C = {
  protocol = "STM32-I3C", note = "AN5927", messages = true, split = true, chunks = true, separate = true, answers = "interrupt",
  dialogue = forever(function(session)
    session.queues.chip = queue()
    local first = session:take("host", 1, true)
    if first.bytes[1] == 0x5A then return synchronised(session, first, 0x5A) end
    local second = session:take("host", 1)
    for _, piece in ipairs(second.pieces) do
      piece.from = 2
      first.pieces[#first.pieces + 1] = piece
    end
    first.bytes[2] = second.bytes[1]
    run_command(session, first, 1)
  end),
}

-- CAN and FDCAN: the identifier is the command, a frame has its data.
function Session:can_status(final)
  local span
  repeat
    span = self:message("chip")
    self:touch(span.frame)
  until #span.bytes > 0
  return self:judge(span, final)
end

function Session:can_data(count, field)
  local got, list = 0, {}
  local from = field == "read" and "chip" or "host"
  while got < count do
    local span = self:message(from)
    self:touch(span.frame)
    local some = math.min(count - got, #span.bytes)
    if some > 0 then self:item(span, 1, some, "data") end
    for at = 1, some do list[#list + 1] = span.bytes[at] end
    got = got + #span.bytes
    if field == "acknowledged" then self:can_status() end
    if #span.bytes == 0 and field ~= "acknowledged" then error(REFUSED, 0) end
  end
  return list
end

local function be_at(bytes, from, count)
  local value = 0
  for at = from, from + count - 1 do value = value * 256 + (bytes[at] or 0) end
  return value
end

local function can_address(session, span, count)
  session.command.address = be_at(span.bytes, 1, 4)
  if #span.bytes >= 4 then session:item(span, 1, 4, "address", session.command.address) end
  if count then
    session.command.length = (span.bytes[5] or 0) + 1
    if #span.bytes >= 5 then session:item(span, 5, 5, "length", session.command.length) end
  end
end

local CAN_RUN = {}

CAN_RUN[0x00] = function(session)
  session:can_status()
  local span = session:message("chip")
  session:touch(span.frame)
  local count = span.bytes[1] or 0
  session:item(span, 1, 1, "count", count)
  for number = 0, count do
    span = session:message("chip")
    session:touch(span.frame)
    if #span.bytes > 0 then session:item(span, 1, 1, number == 0 and "version" or "opcode", span.bytes[1]) end
  end
  session:can_status(true)
end

CAN_RUN[0x01] = function(session)
  session:can_status()
  local span = session:message("chip")
  session:touch(span.frame)
  if #span.bytes > 0 then session:item(span, 1, 1, "version", span.bytes[1]) end
  span = session:message("chip")
  session:touch(span.frame)
  if #span.bytes > 0 then session:item(span, 1, #span.bytes, "data") end
  session:can_status(true)
end

CAN_RUN[0x02] = function(session)
  session:can_status()
  local span = session:message("chip")
  session:touch(span.frame)
  local count = math.min(#span.bytes, 2)
  if count > 0 then session:item(span, 1, count, "product_id", big_endian(span.bytes, 1, count)) end
  session:can_status(true)
end

CAN_RUN[0x03] = function(session, span)
  if #span.bytes > 0 then session:item(span, 1, 1, "speed", span.bytes[1]) end
  session:can_status()
  session:can_status(true)
end

CAN_RUN[0x11] = function(session, span)
  can_address(session, span, true)
  session:can_status()
  session:can_data(session.command.length, "read")
  session:can_status(true)
end

CAN_RUN[0x21] = function(session, span)
  can_address(session, span)
  session:can_status(true)
end

CAN_RUN[0x31] = function(session, span)
  can_address(session, span, true)
  session:can_status()
  session:can_data(session.command.length, session.kind.fd and "written" or "acknowledged")
  session:can_status(true)
end

CAN_RUN[0x43] = function(session, span)
  local last = span.bytes[1] or 0
  if #span.bytes > 0 then session:item(span, 1, 1, "count", last == 0xFF and last or last + 1) end
  if last == 0xFF then session.command.bank = "all of main flash" end
  session:can_status()
  if last ~= 0xFF then session.command.pages = session:can_data(last + 1, "acknowledged") end
  session:can_status(true)
end

CAN_RUN[0x44] = function(session, span)
  local count = be_at(span.bytes, 1, 2)
  if #span.bytes >= 2 then session:item(span, 1, 2, "count", count) end
  if count >= 0xFFF0 then session.command.bank = SPECIAL_ERASES[count] or "code " .. hex(count, 4) end
  session:can_status()
  if count < 0xFFF0 then
    session:can_status()
    local bytes = session:can_data(2 * count, "written")
    local pages = {}
    for at = 1, #bytes - 1, 2 do pages[#pages + 1] = big_endian(bytes, at, 2) end
    session.command.pages = pages
  end
  session:can_status(true)
end

CAN_RUN[0x63] = function(session, span)
  if session.kind.fd then
    local pages = {}
    for at = 2, math.min(#span.bytes, 1 + (span.bytes[1] or 0)) do
      pages[#pages + 1] = span.bytes[at]
      session:item(span, at, at, "sector", span.bytes[at])
    end
    session.command.pages = pages
    session:can_status()
  else
    session:can_status()
    session.command.pages = session:can_data((span.bytes[1] or 0) + 1, "acknowledged")
  end
  session:can_status(true)
end

for _, opcode in ipairs({ 0x73, 0x82, 0x92 }) do
  CAN_RUN[opcode] = function(session)
    session:can_status()
    session:can_status(true)
  end
end

local function can_special(parts)
  return function(session, span)
    session.command.code = be_at(span.bytes, 1, 2)
    if #span.bytes >= 2 then session:item(span, 1, 2, "code", session.command.code) end
    session:can_status()
    session:can_status()
    for _ = 1, parts do
      local size = session:message("host")
      session:touch(size.frame)
      local length = be_at(size.bytes, 1, 2)
      if #size.bytes >= 2 then session:item(size, 1, 2, "length", length) end
      session:can_data(length, "written")
      session:can_status()
    end
    for _ = parts, 2 do
      local answer = session:message("chip")
      session:touch(answer.frame)
      if #answer.bytes > 0 then session:item(answer, 1, #answer.bytes, "data") end
    end
    session:can_status(true)
  end
end

local function can_step(session)
  local queues = session.queues
  while queues.host.first > queues.host.last and queues.chip.first > queues.chip.last do session:wait() end
  if queues.host.first > queues.host.last then
    local span = session:message("chip")
    if #span.bytes > 0 then session:judge(span, true) end -- what nobody asked for
    return
  end
  local span = session:message("host")
  if not session.kind.fd and span.id == 0x79 then -- AN3154: the frame that connects, repeated until it is heard
    session:begin("Connect", nil, span)
    session:can_status(true)
    while queues.host.first <= queues.host.last and queues.host[queues.host.first].id == 0x79 do session:message("host") end
    return
  end
  if session.kind.fd and span.id == 0x111 and span.bytes[1] == 0x5A and #span.bytes == 1 then
    session:begin("Start", nil, span) -- AN5405: it is not answered
    return session:item(span, 1, 1, "sync", 0x5A)
  end
  local opcode = span.id % 256
  local name = (session.kind.fd or span.id < 256) and COMMANDS[opcode]
  session:begin(name or "Command " .. hex(span.id, 2), opcode, span)
  local run = name and session.kind.run[opcode]
  if run then run(session, span) else session:can_status(true) end
end

local CAN = { protocol = "STM32-CAN", note = "AN3154", run = CAN_RUN, dialogue = forever(can_step) }
local FDCAN = { protocol = "STM32-FDCAN", note = "AN5405", fd = true, run = setmetatable({}, { __index = CAN_RUN }), dialogue = forever(can_step) }
FDCAN.run[0x50], FDCAN.run[0x51] = can_special(1), can_special(2)

-- The chip was reset, or has lost its power: whatever was said is over on every port.
local function restart_all()
  for _, session in pairs(sessions) do
    if session.kind then session:restart() end
  end
end

local function read_comment(frame)
  local fields = { comment_of() }
  if #fields == 0 then return end
  local texts = {}
  for _, each in ipairs(fields) do texts[#texts + 1] = tostring(each.value) end
  comments[frame] = table.concat(texts, "; ")
end

local function session_of(kind, part)
  local interface = interface_of()
  local key = kind.protocol .. "/" .. (interface and tostring(interface.value) or "") .. "/" .. (part or "")
  if sessions[key] == nil then sessions[key] = Session.new(kind) end
  return sessions[key]
end

-- A packet that carries what happened to the chip, as its comment.
local function mark(frame)
  record(frame).mark = true
  marks[#marks + 1] = frame
  local comment = comments[frame] or ""
  if comment:find("^reset: ") or comment:find("^power ") then restart_all() end
end

-- Why a frame refuses: the latest reason that the chip gave since the command began.
local function reason_of(frame, found)
  if found.reason then return found.reason end
  if not found.refused_since then return nil end
  for number = #marks, 1, -1 do
    local at = marks[number]
    if at < found.refused_since then break end
    local comment = at < frame and comments[at] or nil
    if comment then
      local why = comment:match("^NACK: (.*)") or comment:match(" fails, err%w+: (.*)")
      if why then
        found.reason = why
        return why
      end
    end
  end
  local own = comments[frame]
  found.reason = own and (own:match("^STALL: (.*)") or own:match("^NACK: (.*)") or own:match("^no answer: (.*)")) or nil
  return found.reason
end

local NUMBERED = { { "command", "command" }, { "name", "name" }, { "dfuse_command", "dfuse_command" }, { "address", "address" }, { "length", "length" } }

-- Something was found of the frame.
local function tells(found)
  -- without directions it may be something else, until the conversation has proved to be one
  if found.session and not found.certain and not found.session.active then return false end
  return found.mark or #found.items > 0 or (found.text or found.result or found.answer or found.plain or found.trouble) ~= nil
end

-- Shows what was found of the frame.
local function show(kind, tvb, pinfo, tree)
  local frame = pinfo.number
  local found = records[frame]
  if found == nil then return end
  local comment = comments[frame]
  if not tells(found) then return end
  pinfo.cols.protocol = kind.protocol
  if found.mark then
    if comment then
      pinfo.cols.info = comment
      local branch = tree:add(stm32, NAME .. ", " .. kind.note)
      branch:add(F.event, comment):set_generated()
    end
    return
  end
  local reason = reason_of(frame, found)
  local result = found.result and (reason and found.result .. ": " .. reason or found.result)
  local info = found.text or found.plain or NAME
  if result then info = found.text and info .. " → " .. result or result
  elseif found.answer then info = info .. ": " .. found.answer end
  pinfo.cols.info = info
  local title = NAME .. ", " .. kind.note .. ": " .. info
  local branch = tvb:len() > 0 and tree:add(stm32, tvb(), title) or tree:add(stm32, title)
  if found.trouble then branch:add_proto_expert_info(trouble, "The dissector itself failed: " .. found.trouble) end
  local shown = {}
  for _, each in ipairs(found.items) do
    local field = F[each.field]
    if field and each.offset + each.length <= tvb:len() then
      local range = tvb(each.offset, each.length)
      local leaf = each.value == nil and branch:add(field, range) or branch:add(field, range, each.value)
      if each.wrong then leaf:add_proto_expert_info(EXPERTS[each.wrong]) end
      shown[each.field] = true
    end
  end
  for _, each in ipairs(NUMBERED) do
    local field, key = each[1], each[2]
    if found[key] ~= nil and not shown[field] then branch:add(F[field], found[key]):set_generated() end
  end
  if found.command_frame and found.command_frame ~= frame then
    branch:add(F.command_frame, found.command_frame):set_generated()
  end
  if found.result then
    branch:add(F.result, found.result):set_generated()
    if reason then branch:add(F.reason, reason):set_generated() end
    if found.result ~= "ACK" and found.result ~= "OK" then
      branch:add_proto_expert_info(refused, "The command was refused" .. (reason and ": " .. reason or ""))
    end
  end
end

-- Who sent the packet, where the capture tells it, which is as the chip sees it.
local DIRECTIONS = { [0] = "chip", [1] = "host" }

-- Gives the packet to its conversation, unless nobody has heard it.
local function feed(session, pinfo, from, offset, bytes, id)
  local found = record(pinfo.number)
  found.session, found.certain = session, DIRECTIONS[pinfo.p2p_dir] ~= nil
  local comment = comments[pinfo.number]
  if comment and comment:find(" not acknowledged$") then
    found.text = comment
    return
  end
  session:feed(from, pinfo.number, offset, bytes, id)
end

local function text(tvb, offset)
  local length = tvb:len() - offset
  return length > 0 and tvb:raw(offset, length) or ""
end

-- What a packet is of which nothing else is known, on a link that Wireshark has no dissector for.
local function plain(frame, name, tvb, offset)
  record(frame).plain = name .. ", " .. bytes_of(tvb:len() - offset)
end

-- LINKTYPE_RTAC_SERIAL: byte 8 says what the packet is; 1 is sent by the chip, 2 received by it.
local function read_usart(tvb, pinfo)
  if tvb:len() < 12 then return USART end
  local event = tvb(8, 1):uint()
  if event ~= 1 and event ~= 2 then
    mark(pinfo.number)
    return USART
  end
  local session = session_of(USART)
  local bytes = text(tvb, 12)
  -- a host that has waited in vain begins anew
  if event == 2 and bytes == "\127" and session.wanted == "chip" then session:restart() end
  feed(session, pinfo, event == 2 and "host" or "chip", 12, bytes)
  return USART
end

-- LINKTYPE_I2C_LINUX, whose bus and flags Wireshark takes away: the address with its direction; nothing in an event.
local function read_i2c(tvb, pinfo)
  if tvb:len() == 0 then
    if comments[pinfo.number] then mark(pinfo.number) end
    return I2C
  end
  local address = tvb(0, 1):uint()
  local from = address % 2 == 1 and "chip" or "host"
  feed(session_of(I2C, math.floor(address / 2)), pinfo, from, 1, text(tvb, 1))
  return I2C
end

-- LINKTYPE_USER1: 0 an event, 1 MOSI, 2 MISO of the same slots.
local function read_spi(tvb, pinfo)
  local what = tvb:len() > 0 and tvb(0, 1):uint() or 0
  if what == 0 then mark(pinfo.number)
  elseif what <= 2 then
    plain(pinfo.number, what == 1 and "MOSI" or "MISO", tvb, 1)
    session_of(SPI):feed_slots(what == 1 and "host" or "chip", pinfo.number, 1, text(tvb, 1))
  end
  return SPI
end

-- LINKTYPE_USER2: 0 an event, 1 written by the host, 2 read by it, 3 an interrupt, 4 a broadcast; then the address.
local I3C_NAMES = { [1] = "Written by the host", [2] = "Read by the host", [3] = "Interrupt" }
local I3C_FROM = { [1] = "host", [2] = "chip", [3] = "interrupt" }
local function read_i3c(tvb, pinfo)
  local what = tvb:len() > 0 and tvb(0, 1):uint() or 0
  if what == 0 then mark(pinfo.number)
  elseif I3C_FROM[what] and tvb:len() >= 2 then
    plain(pinfo.number, I3C_NAMES[what], tvb, 2)
    feed(session_of(I3C, tvb(1, 1):uint()), pinfo, I3C_FROM[what], 2, text(tvb, 2))
  elseif tvb:len() >= 2 then plain(pinfo.number, "Broadcast", tvb, 2) end
  return I3C
end

-- LINKTYPE_CAN_SOCKETCAN: identifier with flags, big-endian, length, flags of CAN FD, two more bytes.
local function read_can(tvb, pinfo)
  if tvb:len() < 8 then return CAN end
  local flags = tvb(0, 1):uint()
  local fd = math.floor(tvb(5, 1):uint() / 4) % 2 == 1
  local kind = fd and FDCAN or CAN
  if flags >= 0x20 then -- extended, remote or an error: an event of the chip, where it has a comment
    if math.floor(flags / 0x20) % 2 == 1 and comments[pinfo.number] then mark(pinfo.number) end
    return kind
  end
  local session = session_of(kind)
  local id = tvb(2, 2):uint() % 0x800
  local length = math.min(tvb(4, 1):uint(), tvb:len() - 8)
  local bytes = length > 0 and tvb:raw(8, length) or ""
  local from = DIRECTIONS[pinfo.p2p_dir] or session.wanted or "host"
  feed(session, pinfo, from, 8, bytes, id)
  return kind
end

-- DfuSe above the control transfers of LINKTYPE_USB_LINUX_MMAPPED.
local DFUSE = { protocol = "DfuSe", note = "AN3156" }

local function usb_device(bus, device)
  local key = "usb/" .. bus .. "/" .. device
  if sessions[key] == nil then sessions[key] = { transfers = {}, pointer = nil, transfer_size = 2048 } end
  return sessions[key]
end

local function dfu_command(found, device, frame, name, values)
  local command = { name = name, frame = frame }
  for key, value in pairs(values) do command[key] = value end
  found.text, found.name, found.dfuse_command = describe(command), name, command.dfuse
  found.address, found.length = command.address, command.length
  device.command = command
end

local function belongs(found, command)
  found.text, found.name, found.dfuse_command = describe(command), command.name, command.dfuse
  found.address, found.length, found.command_frame = command.address, command.length, command.frame
end

local function add_item(found, field, offset, length, value)
  found.items[#found.items + 1] = { field = field, offset = offset, length = length, value = value }
end

local function dfu_download(device, found, frame, block, bytes)
  if #bytes == 0 then return dfu_command(found, device, frame, "Leave", { address = device.pointer }) end
  add_item(found, "block", 42, 2, block)
  if block > 1 then
    local address = device.pointer and device.pointer + (block - 2) * device.transfer_size
    add_item(found, "data", 64, #bytes)
    return dfu_command(found, device, frame, "Write", { address = address, length = #bytes })
  end
  local opcode = bytes:byte(1)
  add_item(found, "dfuse_command", 64, 1, opcode)
  local name = DFUSE_COMMANDS[opcode] or "Command " .. hex(opcode, 2)
  if opcode == 0x41 and #bytes == 1 then name = "Mass Erase" end
  local address
  if (opcode == 0x21 or opcode == 0x41) and #bytes == 5 then
    address = bytes:byte(2) + bytes:byte(3) * 256 + bytes:byte(4) * 65536 + bytes:byte(5) * 16777216
    add_item(found, "address", 65, 4, address)
  end
  dfu_command(found, device, frame, name, { dfuse = opcode, address = address })
end

local DFU_REQUESTS = { [0] = "DETACH", "DNLOAD", "UPLOAD", "GETSTATUS", "CLRSTATUS", "GETSTATE", "ABORT" }

local function dfu_status(device, found, tvb)
  local status, state = tvb(64, 1):uint(), tvb(68, 1):uint()
  add_item(found, "dfu_status", 64, 1, status)
  add_item(found, "poll_timeout", 65, 3, tvb(65, 3):le_uint())
  add_item(found, "dfu_state", 68, 1, state)
  local command = device.command
  if command == nil then
    found.text = (DFU_STATES[state] or "state " .. state) .. ", " .. (DFU_STATUSES[status] or "status " .. status)
    return
  end
  belongs(found, command)
  if state == 4 or state == 3 then
    found.answer = "busy"
    return
  end
  if status == 0 and command.dfuse == 0x21 then device.pointer = command.address end
  found.result = status == 0 and "OK" or DFU_STATUSES[status] or "status " .. status
  if status ~= 0 then found.refused_since = command.frame end
  device.command = nil -- the next GETSTATUS is about the state alone
end

-- Where descriptors tell it, what the device is.
local function read_descriptors(device, bytes)
  if #bytes >= 12 and bytes:byte(2) == 1 then
    device.is_dfuse = bytes:sub(9, 12) == "\131\4\17\223" -- 0483:df11
  end
  local at = 1
  while at + 1 <= #bytes and bytes:byte(at) >= 2 do
    if bytes:byte(at + 1) == 0x21 and bytes:byte(at) == 9 and at + 6 <= #bytes then
      device.transfer_size = bytes:byte(at + 5) + bytes:byte(at + 6) * 256
    end
    at = at + bytes:byte(at)
  end
end

local function read_usb(tvb, pinfo)
  if tvb:len() < 64 then return DFUSE end
  local frame = pinfo.number
  local transfer, endpoint = tvb(9, 1):uint(), tvb(10, 1):uint()
  local submitted = tvb(8, 1):uint() == 0x53
  local device = usb_device(tvb(12, 2):le_uint(), tvb(11, 1):uint())
  if transfer == 1 and endpoint == 0x8F and tvb(11, 1):uint() == 0 then
    mark(frame)
    return DFUSE
  end
  if transfer ~= 2 or endpoint % 128 ~= 0 then return DFUSE end
  local id = tostring(tvb(0, 8))
  if submitted then
    local request = { kind = tvb(40, 1):uint(), number = tvb(41, 1):uint(), value = tvb(42, 2):le_uint(), frame = frame }
    device.transfers[id] = request
    local class = request.kind == 0x21 or request.kind == 0xA1
    -- of a device whose descriptors are not in the capture: no other class has such a request
    if request.kind == 0xA1 and request.number == 3 and tvb(46, 2):le_uint() == 6 and device.is_dfuse == nil then device.is_dfuse = true end
    if not class or not device.is_dfuse then return DFUSE end
    if request.kind == 0x21 and request.number == 1 then
      dfu_download(device, record(frame), frame, request.value, text(tvb, 64))
      request.command = device.command
    elseif request.kind == 0xA1 and request.number == 2 then
      local found = record(frame)
      add_item(found, "block", 42, 2, request.value)
      local length = tvb(46, 2):le_uint()
      local address = request.value > 1 and device.pointer and device.pointer + (request.value - 2) * device.transfer_size or nil
      dfu_command(found, device, frame, request.value == 0 and "Get" or "Read", { address = address, length = length })
      request.command, device.command = device.command, nil
    elseif DFU_REQUESTS[request.number] then
      record(frame).text = DFU_REQUESTS[request.number]
      request.plain = request.number ~= 3
    end
    return DFUSE
  end
  local request = device.transfers[id]
  device.transfers[id] = nil
  if request == nil then return DFUSE end
  local data = text(tvb, 64)
  if request.kind == 0x80 and request.number == 6 then
    read_descriptors(device, data)
  elseif request.kind == 0xA1 and request.number == 3 and device.is_dfuse then
    local found = record(frame)
    if #data >= 6 then return dfu_status(device, found, tvb) or DFUSE end
    if device.command then belongs(found, device.command) else found.text = "GETSTATUS" end
    found.answer, device.command = "no answer", nil
  elseif request.plain then
    local found = record(frame)
    found.text = DFU_REQUESTS[request.number]
    found.answer = tvb(28, 4):le_int() == 0 and "done" or tvb(28, 4):le_int() == -32 and "STALL" or "no answer"
  elseif request.command then
    local found = record(frame)
    belongs(found, request.command)
    local stalled = tvb(28, 4):le_int() ~= 0
    if stalled then
      found.result, found.refused_since = tvb(28, 4):le_int() == -32 and "STALL" or "no answer", request.frame
      device.command = nil
    elseif request.number == 2 then
      if #data > 0 then add_item(found, "data", 64, #data) end
      found.result = "OK"
    end
  end
  return DFUSE
end

-- Each link type keeps the dissector that it has, if it has one of its own; ours adds what it makes of the packet.
local encapsulations = DissectorTable.get("wtap_encap")
local TYPES = wtap_encaps or wtap
local function attach(name, title, type, read, alone)
  if type == nil then return end -- a Wireshark that does not know the link type
  local before = not alone and encapsulations:get_dissector(type) or nil
  local proto = Proto(name, title)
  function proto.dissector(tvb, pinfo, tree)
    local frame = pinfo.number
    local sighted = interface_of() ~= nil
    if blind == nil and not sighted and next(records) == nil then blind = frame end
    if blind == frame and sighted then forget() end
    if comments[frame] == nil then read_comment(frame) end
    local found = records[frame]
    local kind
    if found == nil or found.kind == nil then
      kind = read(tvb, pinfo)
      record(frame).kind = kind
    else
      kind = found.kind
    end
    local whole = before == nil or pcall(before.call, before, tvb, pinfo, tree)
    show(kind, tvb, pinfo, tree)
    if not whole then tree:add_proto_expert_info(malformed) end
  end
  encapsulations:add(type, proto)
  return proto
end

attach("stm32.usart", "STM32 bootloader over USART", TYPES.RTAC_SERIAL, read_usart)
attach("stm32.i2c", "STM32 bootloader over I2C", TYPES.I2C_LINUX or TYPES.I2C, read_i2c)
attach("stm32.spi", "STM32 bootloader over SPI", TYPES.USER1, read_spi, true)
attach("stm32.i3c", "STM32 bootloader over I3C", TYPES.USER2, read_i3c, true)
local can = attach("stm32.can", "STM32 bootloader over CAN", TYPES.SOCKETCAN, read_can)
attach("stm32.dfuse", "STM32 bootloader over USB DFU", TYPES.USB_LINUX_MMAPPED, read_usb)

-- What was found needs nobody to guess what is in a frame of CAN.
if can then
  can:register_heuristic("can", function(_, pinfo)
    local found = records[pinfo.number]
    return found ~= nil and tells(found)
  end)
end

-- Wireshark's own dissector of DFU knows a few devices by their numbers, and not ST's.
pcall(function()
  local products = DissectorTable.get("usb.product")
  products:add(0x0483DF11, products:get_dissector(0x1D506001)) -- DFU of an Ubertooth
end)

-- Comments are fields of the frame, which are only there while somebody reads them.
pcall(function() Listener.new("frame", "frame.comment", true) end)
