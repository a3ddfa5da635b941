using System.CommandLine;

namespace Ringway.Cli;

/// <summary>`ringway config check`: what `up` would say about the configuration, without starting anything.</summary>
public static class ConfigCommand
{
    public static Command Create()
    {
        var settings = new Settings();
        var check = new Command("check", "Check the configuration and say what it comes to; starts nothing.");
        settings.AddTo(check);
        check.SetAction(parsed =>
        {
            var (options, places) = settings.Read(parsed);
            Console.WriteLine("The configuration is good.");
            Console.WriteLine($"  listens on     {options.Listen}");
            Console.WriteLine($"  data folder    {places.Data}");
            Console.WriteLine($"  lines          {List(options.Lines.Select(line => $"{line.Id} ({line.Number})"), "none of your own")}");
            Console.WriteLine($"  agents         {List(options.Agents.Select(agent => agent.Id), "none of your own; ada and bob are made up")}");
            Console.WriteLine($"  WhatsApp is    {(options.WithSimulator ? $"the simulator on port {options.Simulator.SipPort}" : $"{options.WhatsApp.Host}:{options.WhatsApp.Port}")}");
            return 0;
        });
        return new Command("config", "Look at the configuration.") { check };
    }

    private static string List(IEnumerable<string> items, string none) =>
        string.Join(", ", items) is { Length: > 0 } list ? list : none;
}
