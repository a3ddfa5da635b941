using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Ari;

namespace Ringway.Doctor;

/// <summary>
/// The doctor's own control socket to Asterisk: the same address, user and password as ringway's, another application, so that
/// ringway keeps its own.
/// </summary>
public sealed class AriVisit : IAsyncDisposable
{
    private static readonly AriOptions Hasty = new() { RequestTimeout = TimeSpan.FromSeconds(5) };

    private readonly CancellationTokenSource _over = new();
    private readonly AriApplication _application;
    private readonly Task _running;
    private readonly IAsyncEnumerator<AriEvent> _events;

    private AriVisit(Premises premises)
    {
        Application = string.Create(CultureInfo.InvariantCulture, $"ringway-doctor-{Environment.ProcessId}");
        _application = new AriApplication(Application, Hasty, premises.Time, NullLogger<AriApplication>.Instance);
        _running = _application.RunAsync(Address(premises), AriApplications.User, premises.Secrets.Ari, _over.Token);
        _events = _application.ReadAsync(_over.Token).GetAsyncEnumerator();
    }

    public string Application { get; }

    public AriClient Asterisk => _application.Client;

    /// <summary>Asks once by HTTP, because that says why when it does not work; then opens the socket.</summary>
    /// <exception cref="AriAwayException">Asterisk does not let us in.</exception>
    public static async Task<AriVisit> OpenAsync(Premises premises, HttpClient http, CancellationToken ct)
    {
        if (await WhyNotAsync(premises, http, ct) is { } whyNot)
            throw new AriAwayException(whyNot);
        var visit = new AriVisit(premises);
        await visit.UntilAsync(happened => happened is AriConnected, ct);
        return visit;
    }

    /// <summary>The first event that fits; those before it are passed over.</summary>
    public async Task<AriEvent> UntilAsync(Func<AriEvent, bool> fits, CancellationToken ct)
    {
        while (await _events.MoveNextAsync().AsTask().WaitAsync(ct))
            if (fits(_events.Current))
                return _events.Current;
        throw new AriAwayException("the control socket ended");
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _application.DisposeAsync();
        await _running;
        _over.Dispose();
    }

    private static async Task<string?> WhyNotAsync(Premises premises, HttpClient http, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address(premises), "asterisk/ping"));
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{AriApplications.User}:{premises.Secrets.Ari}")));
            using var answer = await http.SendAsync(request, ct);
            return answer.IsSuccessStatusCode ? null
                : (int)answer.StatusCode == 401 ? "Asterisk refuses our password (401)" : $"Asterisk answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException fault)
        {
            return fault.Message;
        }
    }

    private static Uri Address(Premises premises) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{premises.Options.Asterisk.HttpPort}/ari/"));
}

/// <summary>Asterisk's control interface does not let the doctor in; the message says why.</summary>
public sealed class AriAwayException(string message) : Exception(message);
