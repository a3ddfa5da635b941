using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Switchboard;

/// <summary>What agents ask of the switchboard by API: call somebody, hang up.</summary>
public sealed class AgentCalls(Switchboard switchboard, Roster roster, PermissionBook permissions, RingwayOptions options) : ICalls
{
    public async Task<PlaceResult> PlaceAsync(AgentId by, PhoneNumber to, string? line, CancellationToken ct)
    {
        if ((line is null ? options.Lines.FirstOrDefault() : options.Line(line)) is not { } from)
        {
            return new PlaceResult.Refused("no-line", "There is no line to call from.");
        }

        if (!switchboard.IsConnected)
        {
            return new PlaceResult.Refused("trunk-down", "Asterisk is not connected just now. Try again in a few seconds.");
        }

        if (roster.Endpoint(by) is null)
        {
            return new PlaceResult.Refused("not-registered", "Your phone is not connected. Open the phone page and wait until it says so.");
        }

        // Before the agent is reserved: Meta may take its two seconds.
        if (await permissions.LookAsync(from.Id, WhatsAppUser.Of(to), ct) is { MayCall: false } refused)
        {
            return new PlaceResult.Refused("no-permission", refused.Sentence);
        }

        // The name first, then the agent under that name, then the call: in this order nothing can come between.
        var call = switchboard.NextId();
        if (!roster.TryReserveOwn(call, by))
        {
            return new PlaceResult.Refused("agent-busy", "You are in a call. Hang up first.");
        }

        switchboard.Place(call, by, new Party(to.E164), from.Id);
        return new PlaceResult.Placed(call.Value);
    }

    public HangUpResult HangUp(AgentId by, string callId)
    {
        var call = new CallId(callId);
        return switchboard.Find(call) switch
        {
            null => HangUpResult.NoSuchCall,
            Call.Offered offered when offered.Ringing.Contains(by) => Decline(call, by),
            { } found when found.Engages.Any(engaged => engaged.Agent == by) => EndCall(call),
            _ => HangUpResult.NotYours,
        };
    }

    /// <summary>Only her own phone stops ringing; the others may still take the call.</summary>
    private HangUpResult Decline(CallId call, AgentId by) =>
        Done(switchboard.Post(call, new CallEvent.DeclineAsked(by)));

    private HangUpResult EndCall(CallId call) => Done(switchboard.Post(call, new CallEvent.HangUpAsked()));

    private static HangUpResult Done(bool heard) => heard ? HangUpResult.Done : HangUpResult.NoSuchCall;
}
