using System.Collections.Immutable;
using System.Net;

namespace Ringway.Options;

/// <summary>Where WhatsApp is.</summary>
public sealed record WhatsAppOptions
{
    [Key("host", "Host name of WhatsApp's SIP edge, as it stands in its certificate")]
    public string Host { get; init; } = "wa.meta.vc";

    [Key("port", "Its TLS port", Min = 1, Max = 65535)]
    public int Port { get; init; } = 5061;

    [Key("address", "Where the host really is, when that is not what DNS says; for tests and the simulator", DefaultIs = "what DNS says")]
    public IPAddress? Address { get; init; }

    [Key("ca", "File of the authorities that may have signed its certificate", DefaultIs = "the system's", IsFile = true)]
    public string? Ca { get; init; }

    [Key("graph", "Address of Meta's Graph API; with the simulator, the simulator's")]
    public string Graph { get; init; } = "https://graph.facebook.com";

    [Key("graphVersion", "Version of the Graph API")]
    public string GraphVersion { get; init; } = "v25.0";

    [Key("webhookUrl", "The public address at which Meta delivers webhooks: this server's `/webhooks/whatsapp`", DefaultIs = "none: Meta's replies to permission requests are not heard")]
    public string? WebhookUrl { get; init; }

    [Key("accounts", "WhatsApp Business accounts and the app that speaks for each; needed for permissions and for Meta's settings")]
    public ImmutableArray<AccountOptions> Accounts { get; init; } = [];
}

/// <summary>A WhatsApp Business account, and the app through which we speak for it.</summary>
public sealed record AccountOptions
{
    [Key("id", "Short name of the account, used in `lines[].account`", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("businessAccountId", "Meta's id of the WhatsApp Business account (WABA)", Required = true)]
    public string BusinessAccountId { get; init; } = "";

    [Key("appId", "Meta's id of the app", DefaultIs = "read from the token")]
    public string? AppId { get; init; }

    [Key("token", "Access token of a system user; `file:PATH` or `env:NAME` keep it out of this file", Required = true)]
    public Secret Token { get; init; } = new("");

    [Key("appSecret", "The app's secret, by which webhooks are known to come from Meta; `file:PATH` or `env:NAME`", DefaultIs = "none: webhooks are refused")]
    public Secret? AppSecret { get; init; }

    [Key("previousAppSecret", "The app's secret before it was changed, as long as Meta may still sign with it", DefaultIs = "none")]
    public Secret? PreviousAppSecret { get; init; }

    [Key("verifyToken", "What Meta shows when it verifies the webhook address; any text of your own", DefaultIs = "none: the verification is refused")]
    public Secret? VerifyToken { get; init; }
}
