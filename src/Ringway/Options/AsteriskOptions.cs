namespace Ringway.Options;

/// <summary>The Asterisk that ringway runs.</summary>
public sealed record AsteriskOptions
{
    [Key("source", "`private`: fetched and run from the data folder; `system`: the one that is installed, at least 22.10.1")]
    public AsteriskSource Source { get; init; } = AsteriskSource.Private;

    [Key("mirror", "Debian archive that Asterisk is fetched from, such as http://mirror.example.org/debian; default: the one this machine's apt uses")]
    public string? Mirror { get; init; }

    [Key("suite", "Debian suite with Asterisk 22.10.1 or newer")]
    public string Suite { get; init; } = "unstable";

    [Key("keyring", "File with the keys that the archive is signed with; default: Debian's")]
    public string? Keyring { get; init; }

    [Key("httpPort", "Loopback port of Asterisk's HTTP server: ARI, and the phones' SIP behind ringway", Min = 1, Max = 65535)]
    public int HttpPort { get; init; } = 8088;

    [Key("rtpStart", "First UDP port for sound; a call takes four", Min = 1024, Max = 65534)]
    public int RtpStart { get; init; } = 20000;

    [Key("rtpEnd", "Last UDP port for sound", Min = 1025, Max = 65535)]
    public int RtpEnd { get; init; } = 20999;

    /// <summary>Asterisk works off one application's events in one thread (design.md, decision 9).</summary>
    [Key("applications", "Over how many control sockets calls are spread", Min = 1, Max = 16)]
    public int Applications { get; init; } = 4;
}

/// <summary>Whose Asterisk it is.</summary>
public enum AsteriskSource { Private, System }

/// <summary>Where agents, sign-ins and finished calls are kept.</summary>
public sealed record StoreOptions
{
    [Key("url", "`sqlite`, `sqlite:FILE`, or a PostgreSQL connection: `postgres://user@host/name` or `Host=…;Database=…`; `file:PATH` or `env:NAME` keep it out of this file", DefaultIs = "`sqlite`: `ringway.db` in the data folder")]
    public Secret Url { get; init; } = new("sqlite");

    [Key("leaseSeconds", "Several ringways on one PostgreSQL: one that has given no sign of life for so long is taken for dead, and its agents may be rung by others; longer than a restart takes", Min = 5, Max = 300)]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);
}
