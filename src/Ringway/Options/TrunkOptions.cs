using System.Collections.Immutable;
using System.Net;

namespace Ringway.Options;

/// <summary>Our end of the trunk to WhatsApp.</summary>
public sealed record TrunkOptions
{
    [Key("host", "The name under which WhatsApp reaches this machine, as entered at Meta")]
    public string Host { get; init; } = "localhost";

    [Key("bind", "Address that listens for WhatsApp")]
    public IPAddress Bind { get; init; } = IPAddress.Any;

    [Key("port", "TLS port that listens for WhatsApp", Min = 1, Max = 65535)]
    public int Port { get; init; } = 5061;

    [Key("externalAddress", "Public address of this machine when it stands behind address translation", DefaultIs = "none: no translation")]
    public IPAddress? ExternalAddress { get; init; }

    [Key("localNets", "Networks that are reached without translation, like `10.0.0.0/8`")]
    public ImmutableArray<IPNetwork> LocalNets { get; init; } = [];

    [Key("certificate", "Certificate chain for the host name, PEM", DefaultIs = "one of ringway's own development authority", IsFile = true)]
    public string? Certificate { get; init; }

    [Key("key", "Private key of that certificate, PEM", DefaultIs = "the development certificate's", IsFile = true)]
    public string? Key { get; init; }
}
