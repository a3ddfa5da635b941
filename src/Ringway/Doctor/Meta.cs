using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Graph;
using Ringway.Options;

namespace Ringway.Doctor;

/// <summary>What Meta answered, or why it did not.</summary>
public sealed record MetaAnswer<T>(T? Value, GraphException? Refusal) where T : class;

/// <summary>Questions to Meta with the token of an account, and what a refusal means for a finding.</summary>
public static class Meta
{
    /// <summary>The doctor asks once and says what it saw; waiting and trying again is for those who need the answer.</summary>
    public static GraphClient Ask(Premises premises, AccountOptions account, HttpClient http) => new(
        http,
        new GraphOptions
        {
            Address = new Uri(premises.Options.WhatsApp.Graph),
            Version = premises.Options.WhatsApp.GraphVersion,
            RetryDelays = [],
        },
        account.Token.Reveal(), premises.Time, NullLogger<GraphClient>.Instance);

    public static async Task<MetaAnswer<T>> AnswerAsync<T>(Func<Task<T>> ask) where T : class
    {
        try
        {
            return new MetaAnswer<T>(await ask(), null);
        }
        catch (GraphException refusal)
        {
            return new MetaAnswer<T>(null, refusal);
        }
    }

    /// <summary>Meta did not say what was asked: was it away, or did it refuse?</summary>
    public static Finding Refused(GraphException refusal) => refusal switch
    {
        { Status: 0 } => Finding.Unknown(refusal.Message, Who.You, "Let this machine reach whatsapp.graph over HTTPS, then run the doctor again."),
        { IsRateLimit: true } or { Status: >= 500 } => Finding.Unknown(refusal.Message, Who.Meta, "Wait some minutes and run the doctor again."),
        { Known: { } known } => Finding.Fail(refusal.Message, Of(known.Who), known.Cure),
        _ => Finding.Fail(refusal.Message, Who.Meta, $"Look the code up at Meta{(refusal.TraceId is { } trace ? $", or give its support the trace id {trace}" : "")}."),
    };

    public static Who Of(Acts acts) => acts switch { Acts.You => Who.You, Acts.Ringway => Who.Ringway, _ => Who.Meta };
}
