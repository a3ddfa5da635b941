namespace Ringway.Options;

/// <summary>
/// A program of the operator's that talks with callers: Asterisk opens a WebSocket to it for each call and sends and takes its sound
/// (Asterisk, "WebSocket channel driver").
/// </summary>
public sealed record BotOptions
{
    [Key("id", "Short name of the bot, used in `lines[].routes[].bot`; no agent may have the same", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("name", "What agents see", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }

    [Key("url", "Where it listens for calls: `wss://…`, or `ws://` on this machine (`127.0.0.1`, `localhost`)", Required = true)]
    public string Url { get; init; } = "";

    [Key("user", "Sent to it as the user of HTTP's basic authentication", DefaultIs = "none")]
    public string? User { get; init; }

    [Key("password", "And the password; `file:PATH` or `env:NAME` keep it out of this file", DefaultIs = "none")]
    public Secret Password { get; init; } = new("");

    [Key("sound", "What is sent both ways: `slin`, `slin16`, `slin24`, `slin48` (16-bit samples, 8 to 48 thousand a second) or `ulaw`")]
    public BotSound Sound { get; init; } = BotSound.Slin16;

    [Key("token", "With it the bot asks ringway to transfer, hold or end its calls: `Authorization: Bearer …`, at least 16 characters; `file:PATH` or `env:NAME` keep it out of this file", DefaultIs = "none: it may only talk and hang up")]
    public Secret Token { get; init; } = new("");
}

/// <summary>Named as Asterisk names its formats.</summary>
public enum BotSound { Slin, Slin16, Slin24, Slin48, Ulaw }
