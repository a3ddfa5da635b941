using System.Net;
using System.Net.Sockets;

namespace Ringway.Testing;

/// <summary>
/// A port to start something on. Below the range that the kernel hands to outgoing connections (32768 on Linux), or it could
/// be taken between our look and the bind; and never the same one twice in a process, because tests run beside each other.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Count = 10_000;

    private static int _turn = Random.Shared.Next(Count);

    public static int Take()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref _turn) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port between {First} and {First + Count} is free.");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Like every server: a port that only waits for late packets of a closed connection is free (tcp(7)).
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
