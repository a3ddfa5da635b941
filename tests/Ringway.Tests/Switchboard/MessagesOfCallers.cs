using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Options;
using Ringway.Switchboard;
using Ringway.Tests.WhatsApp;

namespace Ringway.Tests.Switchboard;

public sealed class MessagesOfCallers : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-messages-").FullName;

    [Fact]
    public async Task A_message_is_deleted_after_its_days_and_nothing_else_is()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var message = Put("message-n1-1795617220-12.wav16", time.GetUtcNow());
        var other = Put("something-else.wav", time.GetUtcNow().AddYears(-1));
        using var keeper = new MessageKeeper(_folder, new CallOptions { KeepMessageDays = 2 }, time, NullLogger<MessageKeeper>.Instance);
        await keeper.StartAsync(default);
        Assert.True(File.Exists(message));

        time.Advance(TimeSpan.FromHours(49));
        await time.UntilAsync(() => !File.Exists(message), "the message is deleted");

        Assert.True(File.Exists(other));
        await keeper.StopAsync(default);
    }

    [Theory]
    [InlineData("n1-1795617220-12", true)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("n1-1795617220-12/../x", false)]
    [InlineData("", false)]
    public void Only_a_calls_id_leads_to_a_file(string id, bool leads) => Assert.Equal(leads, Voicemail.FileOf(_folder, id) is not null);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Put(string name, DateTimeOffset at)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, [1]);
        File.SetLastWriteTimeUtc(path, at.UtcDateTime);
        return path;
    }
}
