using Ringway.Asterisk;
using Ringway.Simulator.Edge;
using Ringway.Switch;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Real;

/// <summary>The simulator with its Asterisk and a business with another, both real; shared by the tests of this folder.</summary>
public sealed class RealWorld : IAsyncLifetime
{
    public const string Sdes = "+12145551869", Dtls = "+12145551870";

    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-simulator-").FullName;

    public SimulatorHost Simulator { get; private set; } = null!;

    public BusinessSwitch Business { get; private set; } = null!;

    public SimulatorOptions Options { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var tree = await Packages.AsteriskAsync();
        Options = new()
        {
            DataFolder = Path.Combine(_folder, "simulator"),
            Tree = tree,
            TlsFolder = Path.Combine(_folder, "tls"),
            WebPort = World.Free().Port,
            SipPort = World.Free().Port,
            InnerPort = World.Free().Port,
            HandsetsSipPort = World.Free().Port,
            HandsetsHttpPort = World.Free().Port,
            RtpPorts = (43100, 43199),
            RelayPorts = (43200, 43299),
            RingTime = TimeSpan.FromSeconds(8),
        };
        var trunk = World.Free();
        var files = DevelopmentCertificates.Ensure(Options.TlsFolder!, "trunk", [BusinessSwitch.Host]);
        Options = Options with { Businesses = [Number(Sdes, MediaMode.Sdes), Number(Dtls, MediaMode.Dtls)] };
        Simulator = await SimulatorHost.StartAsync(Options);
        var configuration = BusinessSwitch.Configuration(
            trunk.Port, Options.SipPort, files,
            new SwitchLine("main", Sdes, "Main", MediaKeying.Sdes, BusinessSwitch.Password), new SwitchLine("web", Dtls, "Web", MediaKeying.Dtls, BusinessSwitch.Password));
        Business = await BusinessSwitch.StartAsync(Path.Combine(_folder, "business"), configuration, tree);

        BusinessNumber Number(string number, MediaMode media) => new()
        {
            Number = number,
            HostName = BusinessSwitch.Host,
            Trunk = trunk,
            TrunkCaFile = files.CaFile,
            Password = BusinessSwitch.Password,
            Media = media,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Business.DisposeAsync();
        await Simulator.DisposeAsync();
        if (Environment.GetEnvironmentVariable("KEEP") is null) Directory.Delete(_folder, recursive: true);
    }

    public CallRecord Call => Simulator.Calls.All.Last();

    public async Task EmptyAsync()
    {
        await World.Until(() => Simulator.Edge.LiveCalls == 0 && Simulator.Edge.LiveRelays == 0 && Simulator.Handsets.LiveLegs == 0, "the simulator to be empty");
    }
}

[CollectionDefinition("real world")]
public sealed class RealWorldCollection : ICollectionFixture<RealWorld>;
