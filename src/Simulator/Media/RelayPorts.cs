using System.Net;
using System.Net.Sockets;

namespace Ringway.Simulator.Media;

/// <summary>Gives out UDP sockets in a range of ports, round and round, so that a port just freed rests for a while.</summary>
public sealed class RelayPorts(IPAddress address, int first, int last)
{
    private int _next = -1;

    /// <summary>What the two Asterisks send to.</summary>
    public IPAddress Address => address;

    /// <exception cref="InvalidOperationException">All ports of the range are taken.</exception>
    public Socket Bind()
    {
        var count = last - first + 1;
        for (var attempt = 0; attempt < count; attempt++)
        {
            var port = first + (int)((uint)Interlocked.Increment(ref _next) % count);
            var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Bind(new IPEndPoint(address, port));
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose(); // Taken by another call or program.
            }
        }
        throw new InvalidOperationException($"No free UDP port on {address} between {first} and {last}.");
    }
}
