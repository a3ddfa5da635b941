using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Ringway.Options;

/// <summary>
/// What ringway makes up so that it can be tried without an account anywhere: a line at the simulator and two agents.
/// </summary>
public static class Demo
{
    public const string LineId = "main";

    /// <summary>Fictional: the area code 555 is given to nobody.</summary>
    public static PhoneNumber Number { get; } = PhoneNumber.Parse("+15550001000");

    public const string AccountId = "demo";

    /// <summary>Ids as Meta's own examples show them.</summary>
    public const string PhoneNumberId = "106540352242922";

    public const string BusinessAccountId = "102290129340398";

    public const string AppId = "670843887433847";

    public static ImmutableArray<(string Id, string Name)> Agents { get; } = [("ada", "Ada"), ("bob", "Bob")];

    /// <summary>
    /// Fills the gaps: without lines (and unless the simulator is off) one line whose WhatsApp is the simulator on this
    /// machine; without agents, ada and bob. What the operator wrote stays as it is.
    /// </summary>
    public static RingwayOptions FillWithDemo(this RingwayOptions options, Secrets secrets)
    {
        if (options.Lines.IsEmpty && options.WithSimulator)
            options = options with
            {
                Lines = [new LineOptions
                {
                    Id = LineId, Number = Number, Name = "Ringway demo", Password = new Secret(secrets.Lines[LineId]), IsDemo = true,
                    PhoneNumberId = PhoneNumberId, Account = AccountId,
                    Editors = [options.Agents.IsEmpty ? Agents[0].Id : options.Agents[0].Id],
                }],
            };
        if (options.WithSimulator)
            options = options with
            {
                WhatsApp = WithGraph(options.WhatsApp.Address is not null ? options.WhatsApp : options.WhatsApp with
                {
                    Address = IPAddress.Loopback, Port = options.Simulator.SipPort,
                }, options, secrets),
                Trunk = Equals(options.Trunk.Bind, IPAddress.Any)
                    ? options.Trunk with { Bind = IPAddress.Loopback } : options.Trunk,
            };
        if (options.Agents.IsEmpty)
            options = options with
            {
                Agents = [.. Agents.Select(agent => new AgentOptions
                {
                    Id = agent.Id, Name = agent.Name, Password = new Secret(secrets.Agents[agent.Id]),
                })],
            };
        return options;
    }

    /// <summary>The simulator plays Graph too, and delivers its webhooks to us.</summary>
    private static WhatsAppOptions WithGraph(WhatsAppOptions whatsApp, RingwayOptions options, Secrets secrets) => whatsApp with
    {
        Graph = whatsApp.Graph == new WhatsAppOptions().Graph
            ? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Simulator.Port}") : whatsApp.Graph,
        WebhookUrl = whatsApp.WebhookUrl
            ?? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Listen.Port}/webhooks/whatsapp"),
        Accounts = whatsApp.Accounts.IsEmpty
            ? [new AccountOptions
            {
                Id = AccountId, BusinessAccountId = BusinessAccountId, AppId = AppId, Token = new Secret(secrets.Meta.Token),
                AppSecret = new Secret(secrets.Meta.AppSecret), VerifyToken = new Secret(secrets.Meta.VerifyToken),
            }]
            : whatsApp.Accounts,
    };
}
