using System.Text;
using System.Text.Json;

namespace Ringway.Cli.Steps;

/// <summary>Somebody whose password we made up and may therefore show.</summary>
public sealed record GeneratedSignIn(string Id, string Password);

/// <summary>Process ids, for scripts that watch or kill.</summary>
public sealed record RunningPids(int Ringway, int Asterisk, int? Simulator, int? SimulatorAsterisk);

/// <summary>What `up` says when it is ready: to scripts one line of JSON, to people a short text.</summary>
/// <param name="Handset">The simulated WhatsApp's page; null when the real one is used.</param>
public sealed record ReadyMessage(
    Uri Phone, Uri? Handset, Uri Api, Uri? SimulatorApi, IReadOnlyList<GeneratedSignIn> Agents, RunningPids Pids, string Data)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public string ToText()
    {
        var text = new StringBuilder("\nRingway is ready.\n\n");
        text.AppendLine($"  Agent's phone     {Phone}");
        foreach (var agent in Agents)
            text.AppendLine($"                    sign in as {agent.Id}, password {agent.Password}");
        if (Handset is not null)
        {
            text.AppendLine($"  WhatsApp handset  {Handset}");
            text.AppendLine("                    plays a customer's telephone; nothing leaves this machine");
        }

        return text.Append($"\nEverything is kept in {Data}. Ctrl-C ends it.").ToString();
    }
}
