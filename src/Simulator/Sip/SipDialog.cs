namespace Ringway.Simulator.Sip;

/// <summary>
/// A dialog: who talks to whom, along which route (RFC 3261 section 12). Made from an INVITE and the 2xx that
/// answered it; requests inside it are built here and nowhere else.
/// </summary>
public sealed class SipDialog
{
    private int _localSequence;
    private int _remoteSequence;

    private SipDialog(string callId, string local, string remote, SipUri target, IReadOnlyList<string> routes, int localSequence, int remoteSequence)
    {
        CallId = callId;
        Local = local;
        Remote = remote;
        Target = target;
        Routes = routes;
        _localSequence = localSequence;
        _remoteSequence = remoteSequence;
    }

    public string CallId { get; }

    /// <summary>Our From or To line, tag and all.</summary>
    public string Local { get; }

    public string Remote { get; }

    /// <summary>The peer's Contact: where requests inside the dialog are addressed.</summary>
    public SipUri Target { get; }

    /// <summary>The route set in the order in which requests of ours carry it.</summary>
    public IReadOnlyList<string> Routes { get; }

    public static SipDialog OfCaller(SipRequest invite, SipResponse answer) => new(
        invite.CallId, invite.Headers["From"]!, answer.Headers["To"]!, ContactOf(answer),
        [.. answer.Headers.Values("Record-Route").Reverse()], invite.CSeq.Number, 0);

    public static SipDialog OfCallee(SipRequest invite, SipResponse answer) => new(
        invite.CallId, answer.Headers["To"]!, invite.Headers["From"]!, ContactOf(invite),
        [.. invite.Headers.Values("Record-Route")], 0, invite.CSeq.Number);

    /// <summary>A new request inside the dialog, without Via.</summary>
    public SipRequest Request(string method) => Build(method, Interlocked.Increment(ref _localSequence));

    /// <summary>The ACK of the 2xx to the INVITE with that number.</summary>
    public SipRequest Ack(int sequence) => Build("ACK", sequence);

    /// <summary>False for a request that is older than one already seen (RFC 3261 section 12.2.2: answer 500).</summary>
    public bool Accepts(SipRequest request)
    {
        var number = request.CSeq.Number;
        if (request.Method is "ACK" or "CANCEL") return true;
        if (number <= _remoteSequence) return false;
        _remoteSequence = number;
        return true;
    }

    public bool Owns(SipRequest request) =>
        request.CallId == CallId && request.From.Tag == SipAddress.Parse(Remote).Tag && request.To.Tag == SipAddress.Parse(Local).Tag;

    private SipRequest Build(string method, int sequence)
    {
        var request = new SipRequest(method, Target.ToString());
        request.Headers.Add("Max-Forwards", "70").AddAll("Route", Routes);
        request.Headers.Add("From", Local).Add("To", Remote).Add("Call-ID", CallId).Add("CSeq", $"{sequence} {method}");
        return request;
    }

    private static SipUri ContactOf(SipMessage message) => SipAddress.Parse(
        message.Headers.Values("Contact").FirstOrDefault() ?? throw new SipParseException("no Contact, so no way back")).Uri;
}
