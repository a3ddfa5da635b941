using Ringway.Store;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    private static readonly SoundRow Closed = new("closed", 4, "one", "ada", Noon);

    [Fact]
    public async Task A_sound_comes_back_as_it_was_written_and_the_one_of_its_name_is_replaced()
    {
        Assert.True(await Store.SaveSoundAsync(Closed, [0, 255, 1, 2], isNew: false));
        Assert.True(await Store.SaveSoundAsync(Closed with { Name = "away" }, [9, 9, 9, 9], isNew: true));
        Assert.Equal([Closed with { Name = "away" }, Closed], await Store.SoundsAsync());
        Assert.Equal([0, 255, 1, 2], await Store.FindSoundAsync("closed"));

        var other = new SoundRow("closed", 6, "two", "bob", Noon.AddMinutes(1));
        Assert.False(await Store.SaveSoundAsync(other, [1, 2, 3, 4, 5, 6], isNew: true));
        Assert.Equal([0, 255, 1, 2], await Store.FindSoundAsync("closed"));
        Assert.True(await Store.SaveSoundAsync(other, [1, 2, 3, 4, 5, 6], isNew: false));
        Assert.Equal(other, (await Store.SoundsAsync())[1]);
        Assert.Equal([1, 2, 3, 4, 5, 6], await Store.FindSoundAsync("closed"));
        Assert.Null(await Store.FindSoundAsync("nothing"));
    }

    [Fact]
    public async Task A_sound_of_five_minutes_is_kept_whole()
    {
        var samples = new byte[5 * 60 * 32000];
        for (var i = 0; i < samples.Length; i++) samples[i] = (byte)(i * 31 / 7);
        await Store.SaveSoundAsync(Closed, samples, isNew: true);

        Assert.Equal(samples.Length, Assert.Single(await Store.SoundsAsync()).Bytes);
        Assert.True((await Store.FindSoundAsync("closed"))!.AsSpan().SequenceEqual(samples));
    }

    [Fact]
    public async Task A_sound_is_removed_only_while_no_saved_rule_says_it()
    {
        await Store.SaveSoundAsync(Closed, [1, 2], isNew: true);
        await Store.SaveSoundAsync(Closed with { Name = "closed-today" }, [1, 2], isNew: true);
        await Store.SaveRoutesAsync(new("main", """[{"callers":["+4930*"],"say":"sound:closed-today"}]""", 1, "ada", Noon), before: 0);

        Assert.False(await Store.RemoveSoundAsync("closed-today"));
        Assert.True(await Store.RemoveSoundAsync("closed"));
        Assert.False(await Store.RemoveSoundAsync("closed"));

        await Store.RemoveRoutesAsync("main", before: 1);
        Assert.True(await Store.RemoveSoundAsync("closed-today"));
        Assert.Empty(await Store.SoundsAsync());
    }

    [Fact]
    public async Task Of_two_who_upload_a_new_sound_of_one_name_at_once_one_does()
    {
        var saved = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Store.SaveSoundAsync(Closed with { By = $"agent{i}" }, [1, 2], isNew: true)));

        Assert.Single(saved, done => done);
    }
}
