using System.Globalization;
using System.Net;

namespace Ringway.Simulator.Edge;

/// <summary>One line <c>a=rtpmap</c> with its <c>a=fmtp</c>.</summary>
public sealed record AudioCodec(int PayloadType, string Name, int ClockHz, string? Format)
{
    public bool IsOpus => Name.Equals("opus", StringComparison.OrdinalIgnoreCase) && ClockHz == 48000;

    public bool IsTelephoneEvent => Name.Equals("telephone-event", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What one side says about its audio: the first audio section of an SDP and what the session adds to it.</summary>
public sealed record AudioDescription
{
    private static readonly AudioCodec[] Static = [new(0, "PCMU", 8000, null), new(8, "PCMA", 8000, null), new(9, "G722", 8000, null)];

    public required IPEndPoint Address { get; init; }

    /// <summary>RTP/SAVP, UDP/TLS/RTP/SAVPF, …</summary>
    public required string Protocol { get; init; }

    /// <summary>In the order of preference.</summary>
    public IReadOnlyList<AudioCodec> Codecs { get; init; } = [];

    /// <summary>Name of the section; null when it has none.</summary>
    public string? Mid { get; init; }

    public bool Bundled { get; init; }

    /// <summary>Values of <c>a=crypto</c>.</summary>
    public IReadOnlyList<string> Cryptos { get; init; } = [];

    /// <summary>Values of <c>a=fingerprint</c>, of section and session.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    public string? IceUfrag { get; init; }

    public string? IcePassword { get; init; }

    /// <summary>active, passive or actpass: who opens DTLS.</summary>
    public string? Setup { get; init; }

    /// <summary>Distinct numbers of <c>a=ssrc</c>, in order.</summary>
    public IReadOnlyList<uint> Ssrcs { get; init; } = [];

    public bool RtcpMux { get; init; }

    public int? PtimeMs { get; init; }

    /// <summary>Sections other than that audio: their whole m= lines.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    public AudioCodec? Opus => Codecs.FirstOrDefault(c => c.IsOpus);

    /// <summary>The only clock of digits that WhatsApp knows (Meta, Integration patterns).</summary>
    public AudioCodec? Digits => Codecs.FirstOrDefault(c => c.IsTelephoneEvent && c.ClockHz == 8000);

    /// <summary>Null when the text has no audio that could be used.</summary>
    public static AudioDescription? Parse(string sdp)
    {
        var lines = sdp.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 2 && l[1] == '=').ToList();
        var starts = Enumerable.Range(0, lines.Count).Where(i => lines[i].StartsWith("m=", StringComparison.Ordinal)).ToList();
        var audio = starts.FindIndex(i => lines[i].StartsWith("m=audio ", StringComparison.Ordinal));
        if (audio < 0) return null;

        var session = lines.Take(starts[0]).ToList();
        var section = lines.Skip(starts[audio]).Take((audio + 1 < starts.Count ? starts[audio + 1] : lines.Count) - starts[audio]).ToList();
        var head = section[0][2..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var connection = Values(section, "c=").Concat(Values(session, "c=")).FirstOrDefault()?.Split(' ');
        if (head.Length < 4 || !ushort.TryParse(head[1].Split('/')[0], out var port) || connection is not { Length: 3 }
            || !IPAddress.TryParse(connection[2].Split('/')[0], out var address)) return null;

        return new()
        {
            Address = new(address, port),
            Protocol = head[2],
            Codecs = [.. head.Skip(3).Select(format => Codec(format, section)).OfType<AudioCodec>()],
            Mid = Values(section, "a=mid:").FirstOrDefault(),
            Bundled = Values(session, "a=group:BUNDLE").Any(),
            Cryptos = [.. Values(section, "a=crypto:")],
            Fingerprints = [.. Values(section, "a=fingerprint:").Concat(Values(session, "a=fingerprint:")).Distinct()],
            IceUfrag = Values(section, "a=ice-ufrag:").Concat(Values(session, "a=ice-ufrag:")).FirstOrDefault(),
            IcePassword = Values(section, "a=ice-pwd:").Concat(Values(session, "a=ice-pwd:")).FirstOrDefault(),
            Setup = Values(section, "a=setup:").Concat(Values(session, "a=setup:")).FirstOrDefault(),
            Ssrcs = [.. Values(section, "a=ssrc:").Select(v => v.Split(' ')[0]).Where(v => uint.TryParse(v, out _)).Select(uint.Parse).Distinct()],
            RtcpMux = section.Contains("a=rtcp-mux"),
            PtimeMs = Values(section, "a=ptime:").Select(v => int.TryParse(v, out var ms) ? ms : (int?)null).FirstOrDefault(),
            Others = [.. starts.Where((_, index) => index != audio).Select(i => lines[i])],
        };
    }

    private static AudioCodec? Codec(string format, List<string> section)
    {
        if (!int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type)) return null;
        var map = Values(section, $"a=rtpmap:{type} ").FirstOrDefault();
        if (map is null) return Static.FirstOrDefault(c => c.PayloadType == type);
        var parts = map.Split('/');
        return parts.Length >= 2 && int.TryParse(parts[1], out var clock)
            ? new(type, parts[0], clock, Values(section, $"a=fmtp:{type} ").FirstOrDefault())
            : null;
    }

    private static IEnumerable<string> Values(IEnumerable<string> lines, string prefix) =>
        lines.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)).Select(l => l[prefix.Length..].Trim());
}
