using System.Collections.Immutable;
using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <summary>When a call is recorded. Beside the rules of the call itself, which neither wait for a recording nor end by one.</summary>
public static class RecordingRules
{
    /// <summary>Null for what is not about the recording.</summary>
    public static Step? On(Call call, CallEvent happened, DateTimeOffset now) => (call, call.Story.Recording, happened) switch
    {
        (Over, _, _) => null,
        (Talking { OnHold: false } t, null, RecordingAsked r) when r.By == t.With && t.Story.RecordingPolicy.When != RecordWhen.Never => Begin(t),
        (Talking t, { Stage: RecordingStage.Paused } tape, RecordingAsked r) when r.By == t.With =>
            Step.To(With(t, tape with { Stage = RecordingStage.Running }), new UnpauseRecording()),
        (Talking t, { Stage: RecordingStage.Running } tape, RecordingPauseAsked p) when p.By == t.With =>
            Step.To(With(t, tape with { Stage = RecordingStage.Paused }), new PauseRecording()),
        (_, { Stage: RecordingStage.Starting } tape, TapOpened tap) => Tapped(call, tape with { Tapped = tape.Tapped | tap.Side }, now),
        (_, { AnnouncedAt: null } tape, RecordingAnnounced) => Step.To(With(call, tape with { AnnouncedAt = now })),
        (_, { Stage: not RecordingStage.Failed } tape, RecordingBroke or CommandFailed { What: OpenTaps or RunRecording or AnnounceRecording or PauseRecording }) =>
            Step.To(With(call, tape with { Stage = RecordingStage.Failed }), new DropRecording()),
        _ => null,
    };

    /// <summary>A call of a line that records always is recorded as soon as two talk.</summary>
    /// <param name="before">Null: Ringway has found the call as it is.</param>
    public static Step Follow(Call? before, Step step) =>
        before is not Talking && step.Next is Talking { Story: { Recording: null, RecordingPolicy.When: RecordWhen.Always } } talking
            ? Begin(talking) is var begun ? begun with { Do = step.Do.AddRange(begun.Do) } : step
            : step;

    private static Step Begin(Talking t) => Step.To(With(t, new(RecordingStage.Starting)), new OpenTaps());

    /// <summary>The tape runs before the announcement, so that it proves itself that it was made.</summary>
    private static Step Tapped(Call call, Recording tape, DateTimeOffset now) => tape.Tapped != Side.Both
        ? Step.To(With(call, tape))
        : new(
            With(call, tape with { Stage = RecordingStage.Running, Began = now }),
            [new RunRecording(), .. call.Story.RecordingPolicy.Announced ? ImmutableArray.Create<Command>(new AnnounceRecording()) : []]);

    private static Call With(Call call, Recording tape) => call with { Story = call.Story with { Recording = tape } };
}
