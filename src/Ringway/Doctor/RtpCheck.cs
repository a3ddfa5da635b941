using System.Globalization;

namespace Ringway.Doctor;

/// <param name="Strangers">Ports of the range that another program holds.</param>
/// <param name="EphemeralFirst">First port that the kernel gives to whoever asks for any.</param>
public sealed record RtpFacts(int Start, int End, IReadOnlyList<int> Strangers, int EphemeralFirst, int EphemeralLast);

/// <summary>The UDP ports for sound: enough of them, and free.</summary>
public static class RtpCheck
{
    /// <summary>Two legs a call, RTP and RTCP each.</summary>
    private const int PortsPerCall = 4;

    private static readonly string[] Tables = ["/proc/net/udp", "/proc/net/udp6"];

    public static Task<RtpFacts> GatherAsync(Premises premises, CancellationToken ct)
    {
        var (start, end) = (premises.Options.Asterisk.RtpStart, premises.Options.Asterisk.RtpEnd);
        var own = premises.AsteriskPid is { } pid ? SocketsOf(pid) : [];
        var strangers = Sockets().Where(socket => socket.Port >= start && socket.Port <= end && !own.Contains(socket.Inode))
            .Select(socket => socket.Port).Distinct().Order().ToList();
        ct.ThrowIfCancellationRequested();
        var (first, last) = Ephemeral();
        return Task.FromResult(new RtpFacts(start, end, strangers, first, last));
    }

    public static Finding Judge(RtpFacts facts)
    {
        var calls = (facts.End - facts.Start + 1) / PortsPerCall;
        var range = $"UDP {facts.Start} to {facts.End}";
        return facts switch
        {
            _ when calls < 1 => Finding.Fail($"{range} is too small: a call takes {PortsPerCall} ports.", Who.You, "Widen asterisk.rtpStart to asterisk.rtpEnd."),
            { Strangers: [_, ..] } => Finding.Warn(
                $"Other programs hold {facts.Strangers.Count} ports of {range}: {string.Join(", ", facts.Strangers.Take(8))}.", Who.You,
                "End them, or move asterisk.rtpStart and asterisk.rtpEnd: a call that meets such a port takes the next one, until none is left."),
            _ when facts.Start <= facts.EphemeralLast && facts.EphemeralFirst <= facts.End => Finding.Warn(
                $"{range} overlaps {facts.EphemeralFirst} to {facts.EphemeralLast}, from which the kernel gives ports to any program.", Who.You,
                $"Choose a range below {facts.EphemeralFirst} (asterisk.rtpStart, asterisk.rtpEnd)."),
            _ when calls < 25 => Finding.Warn($"{range} is enough for {calls} calls at a time.", Who.You, "Widen asterisk.rtpStart to asterisk.rtpEnd if you expect more."),
            _ => Finding.Pass($"{range} is free and enough for {calls} calls at a time."),
        };
    }

    /// <summary>All UDP sockets of the machine; see proc_net_udp in the kernel's documentation.</summary>
    private static IEnumerable<(int Port, string Inode)> Sockets() =>
        from table in Tables
        where File.Exists(table)
        from line in File.ReadLines(table).Skip(1)
        let row = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where row.Length > 9
        select (int.Parse(row[1][(row[1].IndexOf(':', StringComparison.Ordinal) + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture), row[9]);

    private static HashSet<string> SocketsOf(int pid)
    {
        var found = new HashSet<string>();
        try
        {
            foreach (var handle in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
                if (new FileInfo(handle).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                    found.Add(target[8..^1]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked: then its ports are free, too.
        }

        return found;
    }

    private static (int First, int Last) Ephemeral()
    {
        const string file = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(file) && File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var first, var last]
            ? (int.Parse(first, CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture)) : (32768, 60999);
    }
}
