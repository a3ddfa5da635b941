using System.Net;

namespace Ringway.Cli.Steps;

/// <summary>Asks a page of our own until it says yes.</summary>
public sealed class Readiness(TimeProvider time)
{
    /// <summary>Asterisk boots in 2 s and registers its sockets at once; a loaded small machine takes ten times as long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <param name="what">What we wait for, as the subject of a sentence: "the simulator".</param>
    /// <param name="alive">Ends when waiting has become pointless.</param>
    /// <param name="goodEnough">Takes an answer that is not yet a yes; without it only a yes will do.</param>
    /// <exception cref="ObstacleException">It did not come; the sentence has its last answer.</exception>
    public async Task WaitAsync(
        Uri page, string what, string log, Task alive, CancellationToken ct, Func<string, bool>? goodEnough = null)
    {
        using var http = new HttpClient { Timeout = AnswerWithin };
        var began = time.GetTimestamp();
        var last = "nothing";
        while (time.GetElapsedTime(began) < Patience && !alive.IsCompleted)
        {
            try
            {
                using var answer = await http.GetAsync(page, ct);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
                last = await answer.Content.ReadAsStringAsync(ct);
                if (goodEnough?.Invoke(last) ?? false)
                    return;
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }
            catch (TaskCanceledException) when (!ct.IsCancellationRequested)
            {
                last = $"no answer within {AnswerWithin.TotalSeconds} s";
            }

            await Task.Delay(AskEvery, time, ct);
        }

        throw new ObstacleException(alive.IsCompleted
            ? $"{what} ended while it started; its log is {log}."
            : $"{what} did not become ready within {Patience.TotalSeconds} s; its last answer: {last}. Its log is {log}.");
    }
}
