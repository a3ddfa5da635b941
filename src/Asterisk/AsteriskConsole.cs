using System.Net.Sockets;
using System.Text;

namespace Ringway.Asterisk;

/// <summary>Asterisk's command line over its control socket: what <c>asterisk -rx</c> does, without a process for each word.</summary>
public static class AsteriskConsole
{
    /// <summary>Runs one command and returns what it prints.</summary>
    /// <param name="command">As an operator would type it, for example <c>core show channels</c>.</param>
    /// <exception cref="SocketException">Nobody listens: Asterisk is not there or not so far yet.</exception>
    public static async Task<string> RunAsync(AsteriskFolders folders, string command, CancellationToken ct = default)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(folders.ControlSocket), ct);
        // A command ends with a zero byte. "cli quit after" must come first on a connection: it closes it behind the answer.
        // A connection is mute by default, so no log line mixes in (Asterisk 22: main/asterisk.c, netconsole, listener).
        var buffer = new byte[16 * 1024];
        var greeting = await socket.ReceiveAsync(buffer, ct); // host/pid/version
        if (greeting == 0)
            throw new SocketException((int)SocketError.ConnectionReset);
        await socket.SendAsync(Encoding.UTF8.GetBytes($"cli quit after {command}\0"), ct);
        using var answer = new MemoryStream();
        while (await socket.ReceiveAsync(buffer, ct) is > 0 and var count)
            answer.Write(buffer, 0, count);
        return Encoding.UTF8.GetString(answer.ToArray()).Replace("\0", "", StringComparison.Ordinal);
    }
}
