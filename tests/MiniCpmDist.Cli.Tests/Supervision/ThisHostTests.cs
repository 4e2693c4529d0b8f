using System.Net;
using System.Net.NetworkInformation;
using MiniCpmDist.Cli.Supervision;

namespace MiniCpmDist.Cli.Tests.Supervision;

public sealed class ThisHostTests
{
    [Fact]
    public void Names_and_addresses_of_this_machine_are_this_host()
    {
        Assert.True(ThisHost.Is("localhost"));
        Assert.True(ThisHost.Is(Environment.MachineName));
        Assert.True(ThisHost.Is("127.0.0.1"));
        Assert.All(
            NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(network => network.GetIPProperties().UnicastAddresses),
            unicast => Assert.True(ThisHost.Is(unicast.Address.ToString())));
    }

    [Theory]
    [InlineData("192.0.2.17")]
    [InlineData("2001:db8::17")]
    // mpirun asks for it, too: it is an address of no interface.
    [InlineData("127.0.0.3")]
    public void Addresses_of_no_interface_are_other_hosts(string address) =>
        Assert.False(ThisHost.Is(IPAddress.Parse(address).ToString()));
}
