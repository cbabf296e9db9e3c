# An endpoint with one service: it books shipments and answers with their tracking numbers.
# Run it with: ENDPOINT_TOKEN=… ruby endpoint.rb [port]. It needs Ruby 3 and nothing else.
require 'json'
require 'openssl'
require 'socket'

TOKEN = ENV['ENDPOINT_TOKEN'].to_s
abort 'Set ENDPOINT_TOKEN to the token that the hub sends.' if TOKEN.empty?

DESCRIPTION = {
  name: 'carrier',
  display: 'Carrier',
  services: [{
    name: 'book_shipment',
    path: '/book_shipment',
    description: 'Books a shipment and answers with its tracking number',
    requires: { parameters: [{ name: 'carrier.service_level', data_type: 'string', description: 'How fast: standard or express' }] },
    recommends: { messages: ['shipment:ready'], identifiers: { shipment: 'payload.shipment.number' } }
  }]
}.freeze

def book_shipment(request)
  number = request['payload']['shipment'].fetch('number')
  parameters = request['payload']['parameters'].to_h { |each| [each['name'], each['value']] }
  shipment = { number: number, status: 'shipped', tracking: "#{parameters.fetch('carrier.service_level')}-#{number}" }
  { message_id: request['message_id'], messages: [{ message: 'shipment:confirm', payload: { shipment: shipment } }] }
end

def answer(verb, path, headers, body)
  return [200, DESCRIPTION] if verb == 'GET' && path == '/endpoint.json'
  return [404, { error: "There is no #{path} here." }] unless verb == 'POST' && path == '/book_shipment'
  return [401, { error: 'The token is wrong.' }] unless OpenSSL.secure_compare(headers.fetch('x-augury-token', ''), TOKEN)

  [200, book_shipment(JSON.parse(body))]
rescue StandardError => e
  [500, { error: e.message }] # anything but 200 is tried again
end

def serve(socket)
  verb, path = socket.gets.split
  headers = {}
  while (line = socket.gets.chomp) != ''
    name, value = line.split(/:\s*/, 2)
    headers[name.downcase] = value
  end
  status, content = answer(verb, path, headers, socket.read(headers.fetch('content-length', 0).to_i))
  body = JSON.generate(content)
  socket.write "HTTP/1.1 #{status} -\r\nContent-Type: application/json\r\nContent-Length: #{body.bytesize}\r\nConnection: close\r\n\r\n#{body}"
ensure
  socket.close
end

server = TCPServer.new('127.0.0.1', (ARGV.first || 4700).to_i)
puts "http://127.0.0.1:#{server.addr[1]}"
$stdout.flush
loop { Thread.new(server.accept) { |socket| serve(socket) } }
