using System.Net.Sockets;

namespace Ringway.Ari;

/// <summary>
/// Acknowledges what was received at once. Asterisk does not set TCP_NODELAY on the connections it opens: an answer that it
/// writes right after an event waits in its kernel (Nagle) until we acknowledge the event, and ours delays that by 40 ms.
/// Measured on 22.10.1: addChannel took 44 ms, with this well under 1 ms.
/// </summary>
internal sealed class PromptAck(Socket socket)
{
    /// <summary>Linux: IPPROTO_TCP, TCP_QUICKACK (tcp(7)). The kernel forgets it again, so it is set before each wait.</summary>
    private const int Tcp = 6;
    private const int QuickAck = 12;

    private static readonly byte[] On = BitConverter.GetBytes(1);

    /// <summary>Null where the system has no such switch.</summary>
    public static PromptAck? For(Socket? socket) =>
        OperatingSystem.IsLinux() && socket is { ProtocolType: ProtocolType.Tcp } ? new(socket) : null;

    public void Send()
    {
        try
        {
            socket.SetRawSocketOption(Tcp, QuickAck, On);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is ending; its reader is about to learn that.
        }
    }
}
