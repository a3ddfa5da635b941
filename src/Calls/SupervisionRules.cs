using static Ringway.Calls.Call;
using static Ringway.Calls.CallEvent;
using static Ringway.Calls.Command;

namespace Ringway.Calls;

/// <summary>
/// A supervisor who listens, whispers, or comes into the call. Beside the rules of the call itself, which neither wait for her nor end by her;
/// once she has come in she is in it like a colleague who was asked.
/// </summary>
public static class SupervisionRules
{
    /// <summary>Q.850 cause 16, normal clearing.</summary>
    private const int Normal = 16;

    /// <summary>Null for what is not about it.</summary>
    public static Step? On(Call call, CallEvent happened) => (call, call.Story.Supervision, happened) switch
    {
        (Over, _, _) => null,
        (Talking t, null, SuperviseAsked a) when !t.IsIn(a.By) && !t.Leaving.Contains(a.By) => Step.To(With(t, new(a.By, t.With, a.Mode)), new Ring(a.By, AnswersItself: true)),
        (_, null, _) => null,

        (_, { Stage: SupervisionStage.Connecting } s, PickedUp p) when p.By == s.By =>
            Step.To(With(call, s with { Stage = SupervisionStage.Opening }), new OpenEar(s.By, s.Of, s.Mode)),
        (_, { Stage: SupervisionStage.Opening } s, EarOpened e) when (e.Of, e.Mode) == (s.Of, s.Mode) =>
            Step.To(With(call, s with { Stage = SupervisionStage.On }), new JoinEar(s.Of, s.Mode)),
        (_, { Stage: SupervisionStage.Connecting } s, SuperviseAsked a) when a.By == s.By && a.Mode != s.Mode => Step.To(With(call, s with { Mode = a.Mode })),
        (_, { } s, SuperviseAsked a) when a.By == s.By && a.Mode != s.Mode =>
            Step.To(With(call, s with { Mode = a.Mode, Stage = SupervisionStage.Opening }), new ChangeEar(s.Of, a.Mode)),
        (Talking { SomebodyWaits: false, IsFull: false } t, { Stage: SupervisionStage.On } s, BargeAsked b) when b.By == s.By => ComeIn(t, s),

        (_, { } s, SupervisionLeft l) when l.By == s.By => Leave(call, s),
        (_, { } s, AgentPhoneReplaced r) when r.Who == s.By => Leave(call, s),
        (_, { Stage: SupervisionStage.Connecting } s, AgentLineLost l) when l.Who == s.By => Leave(call, s),
        // An ear that closes by itself leaves her in silence. Asterisk ends it, too, when the agent's leg ends.
        (_, { } s, EarClosed e) when (e.Of, e.Mode) == (s.Of, s.Mode) => Leave(call, s),
        (_, { } s, CommandFailed { What: OpenEar or ChangeEar or JoinEar }) => Leave(call, s),
        (_, { } s, AgentGone g) when g.Who == s.By => Step.To(With(call, null), Close(s)),
        (_, { } s, CommandFailed { What: Ring r }) when r.Agent == s.By => Step.To(With(call, null), Close(s)),
        _ => null,
    };

    /// <summary>An agent who is not in the call any more cannot be listened to.</summary>
    public static Step Follow(Step step) => step.Next switch
    {
        { Story.Supervision: null } => step,
        // Her leg ends with all others.
        Over { Story.Supervision: { } s } over => new(With(over, null), step.Do.Add(Close(s))),
        Talking t when t.IsIn(t.Story.Supervision!.Of) => step,
        { Story.Supervision: { } s } call => Leave(call, s) is var left ? left with { Do = step.Do.AddRange(left.Do) } : step,
    };

    /// <summary>Of a call that a restarted Ringway found. Where the ear was not open she is let go.</summary>
    public static Step TakeUp(Step found) => (found.Next, found.Next.Story.Supervision) switch
    {
        (_, null) => found,
        (Over, { } s) => Follow(found with { Do = found.Do.Add(new HangUpLeg(Leg.Of(s.By), Normal)) }),
        (var call, { Stage: not SupervisionStage.On } s) => Leave(call, s) is var left ? left with { Do = found.Do.AddRange(left.Do) } : found,
        _ => Follow(found),
    };

    /// <summary>She was heard by nobody or by the agent alone; from now on by all.</summary>
    private static Step ComeIn(Talking t, Supervision s) => new(
        With(t with { Colleagues = t.Colleagues.Add(new(s.By)) }, null),
        [new Join([Leg.Of(s.By)]), Close(s)]);

    private static Step Leave(Call call, Supervision s) => Step.To(
        With(call, null) with { Leaving = call.Leaving.Add(s.By) }, new HangUpLeg(Leg.Of(s.By), Normal), Close(s));

    private static CloseEar Close(Supervision s) => new(s.Of, s.Mode);

    private static Call With(Call call, Supervision? supervision) => call with { Story = call.Story with { Supervision = supervision } };
}
