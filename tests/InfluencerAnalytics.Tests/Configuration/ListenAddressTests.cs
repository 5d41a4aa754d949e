using System.Net;
using System.Net.Sockets;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;

namespace InfluencerAnalytics.Tests.Configuration;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://localhost:0", "http://127.0.0.1:0", "http://127.0.0.1:0/")]
    [InlineData("http://*:80", "http://*:80", "http://127.0.0.1/")]
    [InlineData("http://[::1]:9000", "http://[::1]:9000", "http://[::1]:9000/")]
    public void TryParse_AddressesOfAMachine_GiveWhereToListenAndWhatToOpen(string text, string listen, string local)
    {
        ListenAddress.TryParse(text, out var address, out _).ShouldBeTrue();
        address.ToString().ShouldBe(listen);
        address.Local.AbsoluteUri.ShouldBe(local);
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("https://127.0.0.1:8080")]
    [InlineData("http://example.com:8080")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:8080/path")]
    [InlineData("")]
    public void TryParse_WhatCannotBeListenedOn_SaysWhy(string text)
    {
        ListenAddress.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain($"'{text}'");
    }

    [Fact]
    public void Check_PortInUse_SaysSoAndWhatToDo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var failure = Should.Throw<CommandFailedException>(() => PortProbe.Check(new ListenAddress(IPAddress.Loopback, port)));

        failure.ExitCode.ShouldBe(ExitCodes.AddressInUse);
        failure.Message.ShouldContain($"127.0.0.1:{port}");
        failure.Message.ShouldContain("--listen");
    }
}
