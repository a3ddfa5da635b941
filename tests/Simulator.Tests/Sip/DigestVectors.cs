using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Tests.Sip;

public sealed class DigestVectors
{
    [Fact]
    public void The_md5_example_of_rfc_2617_comes_out()
    {
        var credentials = DigestCredentials.Parse(
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", "
            + "qop=auth, nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"")!;
        Assert.True(credentials.Proves("Circle Of Life", "GET"));
        Assert.False(credentials.Proves("Circle of Life", "GET"));
        Assert.False(credentials.Proves("Circle Of Life", "INVITE"));
    }

    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_examples_of_rfc_7616_come_out(string algorithm, string response)
    {
        var credentials = DigestCredentials.Parse(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
            + $"algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
            + $"cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"{response}\", "
            + "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"")!;
        Assert.True(credentials.Proves("Circle of Life", "GET"));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Md5, true), InlineData(DigestAlgorithm.Md5, false), InlineData(DigestAlgorithm.Sha256, true)]
    public void An_answer_to_a_challenge_survives_the_wire_and_proves_the_password(DigestAlgorithm algorithm, bool qop)
    {
        var challenge = DigestChallenge.Parse(new DigestChallenge("wa.meta.vc", "419ac2415577f8e1", "440badfc05072367", algorithm, qop).ToHeader())!;
        var answer = DigestCredentials.Parse(challenge.Answer("17125550259", "secret", "INVITE", "sip:+1@wa.meta.vc", "c").ToHeader())!;
        Assert.True(answer.Proves("secret", "INVITE"));
        Assert.False(answer.Proves("other", "INVITE"));
        Assert.Equal(("419ac2415577f8e1", "440badfc05072367", algorithm), (answer.Nonce, answer.Opaque, answer.Algorithm));
    }

    [Theory]
    [InlineData("Basic realm=\"x\"")]
    [InlineData("Digest realm=\"x\",nonce=\"n\",algorithm=SHA-512-256")]
    [InlineData("Digest realm=\"x\",nonce=\"n\",qop=\"auth-int\"")]
    public void A_challenge_that_we_do_not_speak_is_passed_over(string line) => Assert.Null(DigestChallenge.Parse(line));
}
