using Ringway.Ari;
using Ringway.Switch;

namespace Ringway.Agents;

/// <summary>
/// Phones' accounts pushed into the running Asterisk: authentication, address of record, endpoint, in this order, and
/// taken away in reverse. They live in Asterisk's memory alone (sorcery.conf), never in a file.
/// </summary>
public sealed class AriSipLines(AriApplications applications) : ISipLines
{
    private const string Class = "res_pjsip";

    private AriClient Asterisk => applications.Control.Client;

    public async Task CreateAsync(SipAccount account, CancellationToken ct = default)
    {
        try
        {
            // Asked for in one go: the socket keeps the order, and Asterisk works them off one after the other.
            await Task.WhenAll(AgentEndpoint.Fields(account.User, account.Password, account.Name)
                .Select(pushed => Asterisk.PutConfigAsync(Class, pushed.Type, pushed.Id, pushed.Fields, ct)));
        }
        catch (AriException fault)
        {
            throw new LinesUnavailableException(
                fault.Failure == AriFailure.Refused
                    ? "Asterisk refused to make the phone's account. Its log says why."
                    : "Asterisk is not there just now. The phone will try again by itself.", fault);
        }
    }

    public Task RevokeAsync(string user, CancellationToken ct = default) => Task.WhenAll(
        Asterisk.DeleteConfigAsync(Class, "endpoint", user, ct),
        Asterisk.DeleteConfigAsync(Class, "aor", user, ct),
        Asterisk.DeleteConfigAsync(Class, "auth", user, ct));
}
