using System.CommandLine;
using Ringway.Options;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Cli;

/// <summary>The options of verbs that need ringway's configuration, and how they become one <see cref="RingwayOptions"/>.</summary>
public sealed class Settings
{
    private readonly Option<FileInfo?> _config = new("--config")
    {
        Description = "The configuration file (default: ringway.yaml in the working folder, if there is one).",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Sets one key of the configuration over the file, for instance --set calls.ringSeconds=20; may be repeated.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<string?> _port = new("--port")
    {
        Description = "Port of the agents' page on this machine; short for --set listen=127.0.0.1:PORT.",
        HelpName = "PORT",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_set);
        command.Options.Add(_port);
    }

    /// <summary>Reads file, environment and command line; the folders in the result are absolute.</summary>
    /// <exception cref="ObstacleException">Every fault of the configuration at once.</exception>
    public (RingwayOptions Options, Places Places) Read(ParseResult parsed)
    {
        try
        {
            var options = Configuration.Read(parsed.GetValue(_config)?.FullName, Sets(parsed));
            var places = Places.From(parsed);
            // --data and RINGWAY_DATA were said for this run; ringway.yaml for all; the default is the checkout's.
            if (places.DataIsDefault && options.Data != new RingwayOptions().Data)
                places = places with { Data = Path.GetFullPath(options.Data), Packages = Path.Combine(Path.GetFullPath(options.Data), "packages") };
            if (options.Packages is { } packages && parsed.GetValue(CommonOptions.Packages) is null)
                places = places with { Packages = Path.GetFullPath(packages) };
            return (options with { Data = places.Data, Packages = places.Packages }, places);
        }
        catch (ConfigurationException fault)
        {
            throw new ObstacleException(fault.Message, exitCode: 2, fault);
        }
    }

    /// <exception cref="ObstacleException">secrets.json is damaged.</exception>
    public static Secrets OpenSecrets(Places places)
    {
        try
        {
            return Secrets.Open(places.Data);
        }
        catch (InvalidDataException damaged)
        {
            throw new ObstacleException(damaged.Message, inner: damaged);
        }
    }

    /// <summary>Fills what ringway makes up for a demonstration, and the SIP passwords that it knows.</summary>
    /// <exception cref="ObstacleException">A line has no SIP password from anywhere.</exception>
    public static RingwayOptions Complete(RingwayOptions options, Secrets secrets, Places places)
    {
        try
        {
            return options.FillWithDemo(secrets).FillWithPasswords(secrets, new NumbersFile(places.Data, secrets));
        }
        catch (ConfigurationException fault)
        {
            throw new ObstacleException(fault.Message, exitCode: 2, fault);
        }
    }

    /// <summary>The same settings as arguments, for a process that must read the same configuration.</summary>
    public IReadOnlyList<string> Again(ParseResult parsed, Places places) =>
    [
        "--data", places.Data, "--packages", places.Packages,
        .. parsed.GetValue(_config) is { } file ? ["--config", file.FullName] : Array.Empty<string>(),
        .. Sets(parsed).SelectMany(set => new[] { "--set", set }),
    ];

    private string[] Sets(ParseResult parsed) =>
    [
        .. parsed.GetValue(_port) is { } port ? [$"listen=127.0.0.1:{port}"] : Array.Empty<string>(),
        .. parsed.GetValue(_set) ?? [],
    ];
}
