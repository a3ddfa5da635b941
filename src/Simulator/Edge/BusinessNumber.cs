using System.Net;

namespace Ringway.Simulator.Edge;

/// <summary>How the keys of a number's media are exchanged; Meta: <c>calling.srtp_key_exchange_protocol</c>.</summary>
public enum MediaMode
{
    /// <summary>Keys in the SDP; no ICE.</summary>
    Sdes,

    /// <summary>DTLS-SRTP with ICE, Meta's default.</summary>
    Dtls,
}

/// <summary>Which challenges an INVITE without credentials gets.</summary>
public enum ChallengeOrder
{
    /// <summary>What Meta sends since spring 2026.</summary>
    Sha256ThenMd5,

    /// <summary>What Meta sent before, and what its page prints.</summary>
    Md5Only,

    /// <summary>Not seen at Meta; a client must cope all the same.</summary>
    Md5ThenSha256,
}

/// <summary>A business phone number with calling over SIP switched on, as <c>POST /{phone-number-id}/settings</c> would make it.</summary>
public sealed record BusinessNumber
{
    /// <summary>E.164 with plus.</summary>
    public required string Number { get; init; }

    /// <summary>The configured SIP server: what the business' certificate must cover and its From domain must be.</summary>
    public required string HostName { get; init; }

    /// <summary>Where that host really is; the name need not be in DNS.</summary>
    public required IPEndPoint Trunk { get; init; }

    /// <summary>PEM file with the authorities that may have signed the trunk's certificate.</summary>
    public required string TrunkCaFile { get; init; }

    /// <summary>The digest password that Meta makes and Graph shows.</summary>
    public required string Password { get; init; }

    /// <summary>What WhatsApp shows; null shows the host name.</summary>
    public string? Name { get; init; }

    public MediaMode Media { get; init; } = MediaMode.Sdes;

    public ChallengeOrder Challenges { get; init; } = ChallengeOrder.Sha256ThenMd5;

    /// <summary>Graph's id of the number; stands in one refusal.</summary>
    public string PhoneNumberId { get; init; } = "106540352242922";

    /// <summary>False while calling or SIP is switched off in the settings: then it is no number that could call.</summary>
    public bool IsOpen { get; init; } = true;

    /// <summary>Meta: <c>calling.callback_permission_status</c> at first; who calls the business may be called back.</summary>
    public bool CallbackPermission { get; init; }

    /// <summary>Meta: <c>calling.sip.webhook_delivery</c> at first.</summary>
    public bool CallWebhooks { get; init; }

    /// <summary>Graph's id of the account that the number belongs to; null when Graph does not know the number.</summary>
    public string? BusinessAccountId { get; init; }

    /// <summary>Meta: <c>servers[].request_uri_user_params</c>; they stand before the at sign of each R-URI.</summary>
    public IReadOnlyDictionary<string, string> RequestUriUserParams { get; init; } = new Dictionary<string, string>();

    /// <summary>Digest user in both directions: the digits without plus.</summary>
    public string DigestUser => Number.TrimStart('+');
}
