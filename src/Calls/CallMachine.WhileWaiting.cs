using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <content>What a caller hears and may do who waits: music, from time to time how it stands, and a key to be called back instead.</content>
public static partial class CallMachine
{
    /// <summary>
    /// An announcement never holds anything up: agents ring while it is spoken, and whatever has to do with the caller's leg stops it.
    /// </summary>
    private static Step WhileWaiting(Call call, CallEvent happened, DateTimeOffset now) =>
        (Waits(call) ? OfTheWait(call, happened) : null) ?? Announced(call, OfThePromise(call, happened, now) ?? OfCall(call, happened, now));

    /// <summary>Hears music until somebody takes the call, and has not talked yet, has lost her agent or was given on.</summary>
    private static bool Waits(Call call) =>
        call is Queued or Offered && call.Story is { CustomerUp: true } and ({ AnsweredAt: null } or { Forsaken: true } or { GivenOn: true });

    /// <summary>Null for what is not about announcements.</summary>
    private static Step? OfTheWait(Call call, CallEvent happened) => (call.Announcing, happened) switch
    {
        (false, TimeUp { Which: Deadline.Announce }) => Step.To(call, new FindPlace()),
        (false, PlaceFound { Notice.IsEmpty: true }) => Step.To(call, new Start(Deadline.Announce)),
        (false, PlaceFound found) => Step.To(
            call with { Announcing = true },
            new StopMusic(Leg.Customer), new Announce(found.Notice), new Stop(Deadline.Announce), new Start(Deadline.Prompt)),
        (true, AnnouncementOver or CommandFailed { What: Announce }) => MusicAgain(call),
        (true, TimeUp { Which: Deadline.Prompt }) => MusicAgain(call, new StopAnnouncement()),
        _ => null,
    };

    /// <summary>Null for what is not about being called back.</summary>
    private static Step? OfThePromise(Call call, CallEvent happened, DateTimeOffset now) => (call, happened) switch
    {
        (_, KeyPressed k) when k.Key == call.Story.CallBackKey && Waits(call) => MakePromise(call, now),
        (Promised, GreetingOver or TimeUp { Which: Deadline.Prompt } or CommandFailed { What: Promise }) => End(call, AskedToBeCalledBack, now),
        (Promised, CustomerGone) => End(call, AskedToBeCalledBack, now, Leg.Customer),
        _ => null,
    };

    private static Step MakePromise(Call call, DateTimeOffset now)
    {
        var ringing = call is Offered o ? o.Ringing : [];
        return new(
            new Promised(call.Story with { CallBackAt = now }) { Leaving = call.Leaving.AddRange(ringing) },
            [
                .. ringing.Select(agent => new HangUpLeg(Leg.Of(agent), Normal)),
                .. Stops(call), new StopMusic(Leg.Customer), new Promise(now), new Start(Deadline.Prompt),
            ]);
    }

    private static Outcome AskedToBeCalledBack => new(What.CallBack, Whose.Customer);

    private static Step MusicAgain(Call call, params ReadOnlySpan<Command> before) => new(
        call with { Announcing = false },
        [.. before, new Stop(Deadline.Prompt), new PlayMusic(Leg.Customer), new Start(Deadline.Announce)]);

    /// <summary>
    /// Begins the announcements of a wait that has begun, or that goes on for another team, and ends the one that is spoken when the
    /// step has to do with the caller's leg. Who is hung up hears no more anyway.
    /// </summary>
    /// <param name="before">Null: Ringway has found the call as it is.</param>
    internal static Step Announced(Call? before, Step step)
    {
        var (waits, spoken) = (Waits(step.Next), before is { Announcing: true });
        var begins = waits && (before is null || !Waits(before) || step.Do.Any(command => command is RememberWait or Command.PassOn));
        var goesOn = spoken && waits && !begins;
        var isCut = spoken && !goesOn && step.Next is not Over;
        return new(step.Next.Announcing == goesOn ? step.Next : step.Next with { Announcing = goesOn },
        [
            .. isCut ? ImmutableArray.Create<Command>(new StopAnnouncement()) : [],
            .. isCut && waits ? ImmutableArray.Create<Command>(new Stop(Deadline.Prompt), new PlayMusic(Leg.Customer)) : [],
            .. step.Do,
            .. begins ? ImmutableArray.Create<Command>(new Start(Deadline.Announce)) : [],
        ]);
    }

    private static Deadline[] AnnouncementsOf(Call call) => !Waits(call) ? [] : call.Announcing ? [Deadline.Prompt] : [Deadline.Announce];
}
