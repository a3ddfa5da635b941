using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ringway.Cli.Steps;

/// <summary>A port that we are going to listen on.</summary>
/// <param name="Key">The option that sets it.</param>
/// <param name="Purpose">What we want it for, in a few words.</param>
public sealed record WantedPort(IPEndPoint Place, string Key, string Purpose);

/// <summary>Looks before anything is started whether the ports are free, and names who has them if not.</summary>
public static class FreePorts
{
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <exception cref="ObstacleException">All taken ones at once, each with its cure.</exception>
    public static void Require(IEnumerable<WantedPort> ports)
    {
        var taken = ports.Where(port => !IsFree(port.Place)).Select(Sentence).ToList();
        if (taken.Count > 0)
            throw new ObstacleException(string.Join('\n', taken));
    }

    private static string Sentence(WantedPort port) =>
        $"port {port.Place.Port}, for {port.Purpose}, is in use{Owner(port.Place.Port)}. " +
        $"End that program, or choose another port: --set {port.Key}={Example(port)}";

    private static string Example(WantedPort port) => port.Key == "listen"
        ? new IPEndPoint(port.Place.Address, port.Place.Port + 1).ToString()
        : (port.Place.Port + 1).ToString(CultureInfo.InvariantCulture);

    private static bool IsFree(IPEndPoint place)
    {
        using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As servers do: connections that still linger from the last run do no harm.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(place);
            // Linux lets two sockets with SO_REUSEADDR bind; only one of them may listen.
            socket.Listen();
            return true;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new ObstacleException(
                $"port {place.Port} may not be used by this user: ports below 1024 are for root. Choose a higher one.");
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>" by NAME (pid N)", as far as this user may know.</summary>
    private static string Owner(int port)
    {
        var socket = ListeningSocket(port);
        foreach (var process in socket is null ? [] : Directory.EnumerateDirectories("/proc").Where(IsProcess))
        {
            try
            {
                if (Directory.EnumerateFiles(Path.Combine(process, "fd"))
                    .Any(handle => File.ResolveLinkTarget(handle, returnFinalTarget: false)?.Name == socket))
                    return $" by {File.ReadAllText(Path.Combine(process, "comm")).Trim()} (pid {Path.GetFileName(process)})";
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or it is somebody else's.
            }
        }

        return "";
    }

    private static bool IsProcess(string folder) => char.IsAsciiDigit(Path.GetFileName(folder)[0]);

    /// <summary>"socket:[inode]" of whoever listens (state 0A) on the port; see proc_net_tcp in the kernel's documentation.</summary>
    private static string? ListeningSocket(int port) =>
        Tables.Where(File.Exists)
            .SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(row => row[3] == "0A" && row[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
            .Select(row => $"socket:[{row[9]}]")
            .FirstOrDefault();
}
