using System.Collections;
using System.Reflection;
using System.Text;

namespace Ringway.Ari.Tests;

/// <summary>
/// What each command makes of each refusal, written out: which ends are success, which mean "there is none". <c>RINGWAY_GOLDEN=write</c>
/// writes the file anew.
/// </summary>
public class RefusalTable
{
    private static readonly (int Status, string Message, string Column)[] Refusals =
    [
        (404, "Channel not found", "404"), (404, "Resource not found", "404, module missing"), (400, "Channel not found", "400"), (403, "No", "403"),
        (409, "Conflict", "409"), (412, "Invalid state", "412"), (422, "Unprocessable", "422"), (500, "Internal", "500"), (503, "Booting", "503"),
    ];

    [Fact]
    public async Task Every_command_against_every_refusal_is_as_written_in_the_golden_table()
    {
        var file = Path.Combine(EventTests.Golden, "../ari-refusals.md");
        var table = await WriteAsync();
        if (Environment.GetEnvironmentVariable("RINGWAY_GOLDEN") == "write")
            File.WriteAllText(file, table);
        Assert.Equal(File.ReadAllText(file), table);
    }

    private static async Task<string> WriteAsync()
    {
        var page = new StringBuilder("# What the ARI client makes of a refusal\n\n");
        page.Append("Written by `tests/Ari.Tests/RefusalTable.cs`. An empty cell, and a command that is not in the table: `AriException`.\n\n");
        page.Append($"| command | {string.Join(" | ", Refusals.Select(refusal => refusal.Column))} |\n|---|{string.Concat(Refusals.Select(_ => "---|"))}\n");
        foreach (var commands in Repertoire.Methods.GroupBy(method => method.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var rows = new HashSet<string>();
            foreach (var method in commands)
                rows.Add(string.Join(" | ", await Task.WhenAll(Refusals.Select(refusal => OutcomeAsync(method, refusal.Status, refusal.Message)))));
            foreach (var row in rows.Where(row => row.Any(char.IsLetter)))
                page.Append($"| {commands.Key[..^"Async".Length]} | {row} |\n");
        }
        return page.ToString();
    }

    private static async Task<string> OutcomeAsync(MethodInfo method, int status, string message)
    {
        var task = Repertoire.Call(method, new Refuses(status, message), Fullness.Least);
        try
        {
            await task;
        }
        catch (AriException e)
        {
            Assert.Equal((AriFailure.Refused, status, message), (e.Failure, e.Status, e.AsteriskMessage));
            return "";
        }
        var value = method.ReturnType.IsGenericType ? task.GetType().GetProperty("Result")!.GetValue(task) : "done";
        return value switch
        {
            null => "null",
            string done => done,
            bool yes => yes ? "true" : "false",
            IDictionary => "all null",
            ICollection { Count: 0 } => "none",
            _ => throw new InvalidOperationException($"{method.Name} made {value} of {status}."),
        };
    }

    /// <summary>An Asterisk that refuses everything.</summary>
    private sealed class Refuses(int status, string message) : IAriPath
    {
        public Task<RestResponse> SendAsync(AriRequest request, CancellationToken ct) => Task.FromResult(
            new RestResponse { StatusCode = status, ReasonPhrase = "Because", MessageBody = $$"""{"message":"{{message}}"}""" });

        public Task<byte[]> FetchAsync(AriRequest request, CancellationToken ct) => Task.FromException<byte[]>(
            new AriException(AriFailure.Refused, request, status, message));
    }
}
