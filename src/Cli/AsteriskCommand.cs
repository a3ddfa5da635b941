using System.CommandLine;
using Ringway.Cli.Steps;
using Ringway.Switch;

namespace Ringway.Cli;

/// <summary>`ringway asterisk export DIR`: the configuration that ringway would write, for an Asterisk that somebody else runs.</summary>
public static class AsteriskCommand
{
    private static readonly Argument<DirectoryInfo> Into = new("DIR") { Description = "Where the files go; made if it is not there." };

    public static Command Create()
    {
        var settings = new Settings();
        var export = new Command("export", "Write Asterisk's configuration files for a server that ringway does not run itself.") { Into };
        settings.AddTo(export);
        export.SetAction(parsed =>
        {
            var (options, places) = settings.Read(parsed);
            places.Prepare();
            var secrets = Settings.OpenSecrets(places);
            var own = new OwnSwitch(Settings.Complete(options, secrets, places), secrets, places, TimeProvider.System);
            var folder = parsed.GetValue(Into)!.FullName;
            SwitchFiles.Export(own.Configuration(), folder);
            Console.WriteLine($"Wrote {folder}: copy it to /etc/asterisk. It holds secrets: only you can read them.");
            return 0;
        });
        return new Command("asterisk", "What ringway makes for Asterisk.") { export };
    }
}
