using System.Net;
using Ringway.Ari;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Handsets;

/// <summary>The journeys: rung by a business, calling by script, calling from a page.</summary>
public sealed partial class HandsetBoard
{
    // Q.850 causes and what Asterisk makes of them: 17 -> 486, 19 -> 480.
    private const int Busy = 17, NoAnswer = 19, NormalClearing = 16;

    /// <summary>The business rings a user: the page if one is open, else the script, else an answer after a second.</summary>
    private async Task RungAsync(CallRecord call, Leg edgeLeg, CancellationToken ct)
    {
        var script = users.Scripted(call.User);
        if (script is null && await pages.RegisteredAsync(call.User, Ari, ct) is { } page) await PageRungAsync(call, edgeLeg, page, ct);
        else await ScriptRungAsync(call, edgeLeg, script ?? Behaviour.Default, ct);
    }

    private async Task ScriptRungAsync(CallRecord call, Leg edgeLeg, Behaviour behaviour, CancellationToken ct)
    {
        await Ari.RingAsync(edgeLeg.Id, ct);
        if (behaviour.Reaction == Reaction.Ignore || await GoneWithin(edgeLeg, behaviour.AnswerAfter, ct)) return;
        if (behaviour.Reaction == Reaction.Decline)
        {
            await Ari.HangUpAsync(edgeLeg.Id, Busy, ct);
            return;
        }
        await Ari.AnswerAsync(edgeLeg.Id, ct);
        await TalkByScriptAsync(call, edgeLeg, behaviour, ct);
    }

    private async Task PageRungAsync(CallRecord call, Leg edgeLeg, string page, CancellationToken ct)
    {
        var pageLeg = Know(new($"{call.Id}.page"));
        await Ari.OriginateAsync(
            pageLeg.Id,
            new()
            {
                Endpoint = $"PJSIP/{page}", App = HandsetsFiles.Application, CallerId = $"<{call.Business}>", Originator = edgeLeg.Id,
                TimeoutSeconds = (int)options.RingTime.TotalSeconds + 5,
            },
            ct);
        await Task.WhenAny(pageLeg.Ringing, pageLeg.Entered, pageLeg.Gone, edgeLeg.Gone);
        if (pageLeg.Ringing.IsCompleted && !pageLeg.Entered.IsCompleted && !edgeLeg.Gone.IsCompleted) await Ari.RingAsync(edgeLeg.Id, ct);
        await Task.WhenAny(pageLeg.Entered, pageLeg.Gone, edgeLeg.Gone);
        if (edgeLeg.Gone.IsCompleted) await Ari.HangUpAsync(pageLeg.Id, NormalClearing, ct);
        else if (!pageLeg.Entered.IsCompleted) await Ari.HangUpAsync(edgeLeg.Id, await pageLeg.Gone == NoAnswer ? NoAnswer : Busy, ct);
        else
        {
            await Ari.AnswerAsync(edgeLeg.Id, ct);
            await TalkAsync(call, edgeLeg, pageLeg, ct);
        }
    }

    private async Task ScriptedCallerAsync(CallRecord call, Leg edgeLeg, Behaviour behaviour, CancellationToken ct)
    {
        if (behaviour.GiveUpAfter is { } patience)
        {
            await Task.WhenAny(edgeLeg.Ringing, edgeLeg.Entered, edgeLeg.Gone);
            await Task.WhenAny(edgeLeg.Entered, edgeLeg.Gone, Task.Delay(TimeSpan.FromSeconds(patience), time, ct));
            if (!edgeLeg.Entered.IsCompleted) edge.End(call, "gave up");
        }
        await Task.WhenAny(edgeLeg.Entered, edgeLeg.Gone);
        if (edgeLeg.Entered.IsCompleted && !edgeLeg.Gone.IsCompleted) await TalkByScriptAsync(call, edgeLeg, behaviour, ct);
    }

    /// <summary>A page dials a business: the page hears what the edge leg meets.</summary>
    private async Task PageCallsAsync(string number, Channel channel, Leg pageLeg, CancellationToken ct)
    {
        if (edge.FindBusiness(number) is not { IsOpen: true } business)
        {
            await Ari.HangUpAsync(pageLeg.Id, 1, ct); // 404: no such business
            return;
        }
        var (user, name) = pages.Owner(channel) ?? (channel.Caller.Number, channel.Caller.Name);
        var call = calls.Open(CallDirection.UserInitiated, user, number, name);
        var edgeLeg = await OriginateToEdgeAsync(call, business.Media, pageLeg.Id, ct);
        await Task.WhenAny(edgeLeg.Ringing, edgeLeg.Entered, edgeLeg.Gone, pageLeg.Gone);
        if (edgeLeg.Ringing.IsCompleted && !edgeLeg.Entered.IsCompleted && !pageLeg.Gone.IsCompleted) await Ari.RingAsync(pageLeg.Id, ct);
        await Task.WhenAny(edgeLeg.Entered, edgeLeg.Gone, pageLeg.Gone);
        if (pageLeg.Gone.IsCompleted)
        {
            edge.End(call, "gave up");
            await Ari.HangUpAsync(edgeLeg.Id, NormalClearing, ct);
        }
        else if (!edgeLeg.Entered.IsCompleted) await Ari.HangUpAsync(pageLeg.Id, call.FinalStatus is 486 or 600 or 603 ? Busy : NoAnswer, ct);
        else
        {
            await Ari.AnswerAsync(pageLeg.Id, ct);
            await TalkAsync(call, edgeLeg, pageLeg, ct);
        }
    }

    /// <summary>Two legs in a bridge until one goes.</summary>
    private async Task TalkAsync(CallRecord call, Leg edgeLeg, Leg other, CancellationToken ct)
    {
        var bridge = new BridgeId(call.Id);
        await Ari.CreateBridgeAsync(bridge, ct: ct);
        try
        {
            await Ari.AddToBridgeAsync(bridge, [edgeLeg.Id, other.Id], ct);
            await Task.WhenAny(edgeLeg.Gone, other.Gone);
        }
        finally
        {
            // Late tidying must happen even when the simulator stops; ARI's own deadline ends it.
            await Ari.HangUpAsync(edgeLeg.Id, NormalClearing, CancellationToken.None);
            await Ari.HangUpAsync(other.Id, NormalClearing, CancellationToken.None);
            await Ari.DestroyBridgeAsync(bridge, CancellationToken.None);
        }
    }

    /// <summary>Mouth and ear of a script on the edge leg, until somebody hangs up.</summary>
    private async Task TalkByScriptAsync(CallRecord call, Leg edgeLeg, Behaviour behaviour, CancellationToken ct)
    {
        await using var voice = new Voice(options.Address, behaviour.PlayHz, time);
        call.Heard = voice.Ear.Report;
        edgeLeg.Digit = voice.Ear.Press;
        var voiceLeg = Know(new($"{call.Id}.voice"));
        var doing = Task.CompletedTask;
        try
        {
            await Ari.ExternalMediaAsync(voiceLeg.Id, new() { App = HandsetsFiles.Application, ExternalHost = voice.Address.ToString(), Format = Voice.Format }, ct);
            voice.SpeakTo(await PortOfAsync(voiceLeg.Id, ct));
            await Task.WhenAny(voiceLeg.Entered, voiceLeg.Gone, edgeLeg.Gone);
            doing = ActAsync(edgeLeg, behaviour, ct);
            await TalkAsync(call, edgeLeg, voiceLeg, ct);
        }
        finally
        {
            await Ari.HangUpAsync(voiceLeg.Id, NormalClearing, CancellationToken.None);
            await doing;
        }
    }

    private async Task ActAsync(Leg edgeLeg, Behaviour behaviour, CancellationToken ct)
    {
        var hangUpAt = behaviour.HangUpAfter is { } seconds ? Task.Delay(TimeSpan.FromSeconds(seconds), time, ct) : null;
        if (behaviour.Digits is { Length: > 0 } digits)
        {
            // A second for the way to be open: DTLS may take that long.
            if (await GoneWithin(edgeLeg, 1, ct)) return;
            await Ari.SendDtmfAsync(edgeLeg.Id, digits, ct: ct);
        }
        if (hangUpAt is null) return;
        await Task.WhenAny(hangUpAt, edgeLeg.Gone);
        await Ari.HangUpAsync(edgeLeg.Id, NormalClearing, ct);
    }

    private async Task<IPEndPoint> PortOfAsync(ChannelId externalMedia, CancellationToken ct)
    {
        var port = await Ari.GetVariableAsync(externalMedia, "UNICASTRTP_LOCAL_PORT", ct);
        return new(options.Address, int.Parse(port ?? throw new InvalidOperationException("external media without UNICASTRTP_LOCAL_PORT"), System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task<bool> GoneWithin(Leg leg, double seconds, CancellationToken ct)
    {
        await Task.WhenAny(leg.Gone, Task.Delay(TimeSpan.FromSeconds(seconds), time, ct));
        return leg.Gone.IsCompleted;
    }
}
