using System.Runtime.CompilerServices;
using Ringway.Options;

namespace Ringway.Tests.Options;

public sealed class TheConfigurationPage
{
    private const string Begin = "<!-- The tables are made from the option records; RINGWAY_WRITE_DOCS=1 in the tests writes them. -->\n";
    private const string End = "<!-- end of the tables -->\n";

    [Fact]
    public void Every_option_is_on_the_page_with_the_default_and_the_meaning_that_it_has_in_the_code()
    {
        var page = Path.Combine(Root(), "docs", "configuration.md");
        var text = File.ReadAllText(page);
        if (Environment.GetEnvironmentVariable("RINGWAY_WRITE_DOCS") == "1")
            File.WriteAllText(page, text = $"{text[..From(text)]}\n{OptionsDocument.Tables()}\n{text[To(text)..]}");

        Assert.Equal($"\n{OptionsDocument.Tables()}\n", text[From(text)..To(text)]);

        static int From(string text) => text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        static int To(string text) => text.IndexOf(End, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("configuration.md", "shop-sip", "ada", "certificate.pem", "key.pem")]
    [InlineData("whatsapp-account.md", "ada", "meta-token", "meta-app-secret", "meta-verify-token", "certificate.pem", "key.pem")]
    public void The_example_on_each_page_is_a_good_configuration(string page, params string[] secrets)
    {
        var yaml = File.ReadAllText(Path.Combine(Root(), "docs", page)).Split("```yaml\n")[1].Split("```")[0];
        var folder = Directory.CreateTempSubdirectory("ringway-options-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "ringway.yaml"), yaml);
            Directory.CreateDirectory(Path.Combine(folder, "secrets"));
            foreach (var secret in secrets)
                File.WriteAllText(Path.Combine(folder, "secrets", secret), "a secret of the operator");

            var options = Configuration.Read(Path.Combine(folder, "ringway.yaml"), environment: new Dictionary<string, string>
            {
                ["RINGWAY_DATABASE"] = "Host=localhost;Database=ringway;Username=ringway",
            });

            Assert.False(options.WithSimulator);
            Assert.NotNull(options.Lines[0].Hours.Schedule);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
