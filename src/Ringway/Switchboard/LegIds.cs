using System.Text.RegularExpressions;
using Ringway.Ari;
using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// Names that say what they are, so that Asterisk itself remembers which leg belongs to which call: our legs are
/// <c>{call}.{agent}</c> and <c>{call}.customer</c>, the bridge is <c>{call}</c>. The leg of a WhatsApp user who calls keeps
/// the id that Asterisk gave it (<c>n1-1763862000.12</c>), and the call is named after it (<c>n1-1763862000-12</c>).
/// </summary>
public static partial class LegIds
{
    private const string Customer = "customer";

    private const string FirstHush = "hush";

    public static BridgeId Bridge(CallId call) => new(call.Value);

    public static ChannelId Of(Story story, Leg leg) => leg.Agent is { } agent
        ? new($"{story.Id}.{agent}")
        : story.Direction == Direction.Outbound ? new($"{story.Id}.{Customer}") : ArrivingChannel(story.Id);

    /// <summary>Of the moment of silence that a leg hears.</summary>
    public static string Hush(ChannelId channel, bool again) => $"{channel}.{(again ? "hush-again" : FirstHush)}";

    /// <summary>The leg that was to hear it; null for what is something else, or was played once more already.</summary>
    public static (CallId Call, Leg Leg)? OfHush(string playback) => playback.EndsWith($".{FirstHush}", StringComparison.Ordinal)
        ? Read(new(playback[..^(FirstHush.Length + 1)])) : null;

    /// <summary>The call and the leg that a channel id tells; null when the channel is none of ours.</summary>
    public static (CallId Call, Leg Leg)? Read(ChannelId channel)
    {
        if (IsArriving(channel))
        {
            return (CallId.OfArrivingChannel(channel.Value), Leg.Customer);
        }

        return OurLeg().Match(channel.Value) is { Success: true } match
            ? (new CallId(match.Groups[1].Value), ReadLeg(match.Groups[2].Value))
            : null;
    }

    /// <summary>True for a channel that Asterisk named because the call came to us.</summary>
    public static bool IsArriving(ChannelId channel) => Arriving().IsMatch(channel.Value);

    public static bool IsCall(string id) => OurCall().IsMatch(id);

    private static Leg ReadLeg(string name) => name == Customer ? Leg.Customer : Leg.Of(new AgentId(name));

    private static ChannelId ArrivingChannel(CallId call)
    {
        var dash = call.Value.LastIndexOf('-');
        return new($"{call.Value[..dash]}.{call.Value[(dash + 1)..]}");
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]*-\d{9,}\.\d+$")]
    private static partial Regex Arriving();

    [GeneratedRegex(@"^([a-z][a-z0-9]*-\d{9,}-[a-z0-9]+)\.([a-z0-9-]+)$")]
    private static partial Regex OurLeg();

    [GeneratedRegex(@"^[a-z][a-z0-9]*-\d{9,}-[a-z0-9]+$")]
    private static partial Regex OurCall();
}
