using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MiniCpmDist.Coordinator.Access;

namespace MiniCpmDist.Coordinator.Hosting;

/// <summary>
/// How many connections a listening port holds, and how many of one peer. One that is too many is not closed but put on
/// a reserve, on which only endpoints with <see cref="OnReserve"/> answer and all others say why they do not. The
/// reserve is small, and a new connection takes the place of the oldest: whoever asks and goes, as a health probe does,
/// gets through whatever is held open.
/// </summary>
/// <param name="limit">Connections of the port.</param>
/// <param name="ofPeer">Of one peer: an IPv4 address, an IPv6 network of 64 bits, or this host.</param>
/// <param name="reserve">Connections beyond either.</param>
public sealed class ConnectionGuard(int limit, int ofPeer, int reserve)
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, int> _held = [];
    private readonly LinkedList<ConnectionContext> _reserved = [];
    private int _total;

    /// <summary>Metadata of endpoints that answer on the reserve.</summary>
    public sealed class OnReserve
    {
        public static OnReserve Instance { get; } = new();
    }

    /// <summary>Guards a port; it comes before TLS, whose handshakes are work.</summary>
    public void Watch(ListenOptions port) => port.Use(next => connection => HoldAsync(next, connection));

    /// <summary>Refuses calls that came over the reserve and are not for it; it comes after routing.</summary>
    public static void Use(IApplicationBuilder app) => app.Use((http, next) =>
        http.Features.Get<Reserved>() is not { } reserved
            || http.GetEndpoint()?.Metadata.GetMetadata<OnReserve>() is not null
            ? next(http)
            : RefuseAsync(http, reserved.Why));

    private static Task RefuseAsync(HttpContext http, string why)
    {
        http.Response.Headers.Connection = HttpProtocol.IsHttp2(http.Request.Protocol) ? default : "close";
        return Refusal.AnswerAsync(http, StatusCode.ResourceExhausted, StatusCodes.Status503ServiceUnavailable, why);
    }

    private async Task HoldAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var peer = PeerOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (Enter(peer, connection) is { } why)
            connection.Features.Set(new Reserved(why));
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(peer, connection);
        }
    }

    /// <returns>Why the connection is on the reserve; null where it is not.</returns>
    private string? Enter(string peer, ConnectionContext connection)
    {
        ConnectionContext? oldest = null;
        string why;
        lock (_guard)
        {
            var own = _held.GetValueOrDefault(peer);
            if (_total < limit && own < ofPeer)
            {
                _total++;
                _held[peer] = own + 1;
                return null;
            }
            why = own >= ofPeer
                ? $"This peer holds {own} connections, which are as many as one may: close some."
                : $"{_total} connections are open here, which are as many as there may be: try again later.";
            _reserved.AddLast(connection);
            if (_reserved.Count > reserve)
            {
                oldest = _reserved.First!.Value;
                _reserved.RemoveFirst();
            }
        }
        oldest?.Abort(new ConnectionAbortedException("A newer connection takes the place on the reserve."));
        return why;
    }

    private void Leave(string peer, ConnectionContext connection)
    {
        lock (_guard)
        {
            if (connection.Features.Get<Reserved>() is not null)
            {
                _reserved.Remove(connection);
                return;
            }
            _total--;
            if (--_held[peer] == 0)
                _held.Remove(peer);
        }
    }

    /// <summary>A peer that has one address of such a network has them all.</summary>
    internal static string PeerOf(IPAddress? address)
    {
        if (address is null || IPAddress.IsLoopback(address))
            return "this host";
        if (address.IsIPv4MappedToIPv6)
            return PeerOf(address.MapToIPv4());
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
    }

    private sealed record Reserved(string Why);
}
