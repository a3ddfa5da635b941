using DbUp.Builder;
using DbUp.Engine.Output;

namespace Ringway.Store;

/// <summary>Runs the numbered files of <c>Store/Migrations/</c> that a database has not seen, each in a transaction.</summary>
internal static class Migrations
{
    /// <exception cref="InvalidOperationException">A file failed; what it had done is rolled back.</exception>
    public static void Run(UpgradeEngineBuilder database, string folder)
    {
        var result = database
            .WithScriptsEmbeddedInAssembly(typeof(Migrations).Assembly, name => name.Contains($".Migrations.{folder}.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException(
                $"The database could not be brought up to date: {result.ErrorScript?.Name ?? "no file"} failed: {result.Error.Message}",
                result.Error);
    }
}
