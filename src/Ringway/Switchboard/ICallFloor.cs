using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// The floor around the switchboard, as the switchboard sees it: who can be rung, and who wants to hear of calls. The product's
/// is <see cref="CallFloor"/>; the tests play another.
/// </summary>
public interface ICallFloor
{
    /// <summary>Who is rung for an arriving call; they are kept from other calls from now on.</summary>
    CallEvent.AgentsChosen Reserve(CallId call, string line);

    /// <summary>A call has a new state. Called on the call's own loop; must not block.</summary>
    /// <param name="evidence">What it went through so far; it goes on growing.</param>
    void Changed(Call call, CallEvidence evidence);

    /// <summary>Asterisk was compared with what we believe; these are all the calls it holds.</summary>
    void Reconciled(IReadOnlySet<CallId> held, DateTimeOffset now);
}
