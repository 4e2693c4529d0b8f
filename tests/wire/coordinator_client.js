// Talks to a coordinator with @grpc/grpc-js, an independent implementation, and prints one line per case.
//
// Usage: node coordinator_client.js HOST:PORT PROTOS CERTIFICATE READ-TOKEN COMMAND-TOKEN REPORT-TOKEN
'use strict';
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, protos, certificate, readToken, commandToken, reportToken] = process.argv.slice(2);
const files = ['run_service', 'report_service'].map(name => path.join('minicpmdist', 'v1', `${name}.proto`));
const definition = loader.loadSync(files, {
    includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true,
});
const v1 = grpc.loadPackageDefinition(definition).minicpmdist.v1;
// Its messages are one field each, so that the file that describes them is not missed.
const Health = grpc.makeGenericClientConstructor({
    Check: {
        path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false,
        requestSerialize: () => Buffer.alloc(0),
        responseDeserialize: bytes => ['UNKNOWN', 'SERVING', 'NOT_SERVING'][bytes[1]],
    },
}, 'Health');
const credentials = grpc.credentials.createSsl(fs.readFileSync(certificate));
const runs = new v1.RunService(address, credentials);
const reports = new v1.ReportService(address, credentials);
const health = new Health(address, credentials);

function bearer(token) {
    const metadata = new grpc.Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    return metadata;
}

function unary(client, method, request, metadata, options) {
    return new Promise(resolve => client[method](
        request, metadata ?? new grpc.Metadata(), options ?? {},
        (error, response) => resolve(error ? { status: grpc.status[error.code], details: error.details } : response)));
}

function batch(id, tokens, wait) {
    return { request_id: id, command: { set_token_batch: { tokens } }, wait_for_decision: wait };
}

// Reads one message, cancels, and gives both.
function firstThenCancel(call) {
    return new Promise(resolve => {
        let first;
        call.on('data', message => { first ??= message; call.cancel(); });
        call.on('error', error => resolve({ first, status: grpc.status[error.code] }));
    });
}

async function main() {
    const status = await unary(runs, 'GetStatus', {}, bearer(readToken));
    console.log('unary:', status.run_name, status.status.step, status.status.phase, status.status.schedule.token_batch);
    console.log('health:', await unary(health, 'Check', {}));

    const watched = await firstThenCancel(runs.WatchStatus({ run_name: 'trunk' }, bearer(readToken)));
    console.log('stream:', watched.first.status.tokens, watched.status);

    const duplex = reports.Report(bearer(reportToken));
    duplex.write({ hello: { run_name: 'from-outside', fence: 1 } });
    duplex.write({ reports: { statuses: [{ name: 'from-outside', step: 3, phase: 'PHASE_WARMUP' }] } });
    const answered = await firstThenCancel(duplex);
    console.log('duplex:', answered.first.kind, answered.status);

    const accepted = await unary(
        runs, 'SendCommand', { run_name: 'trunk', ...batch('wire', 4096, false) }, bearer(commandToken));
    console.log('command:', accepted.receipt.state);
    const late = await unary(
        runs, 'SendCommand', { run_name: 'trunk', ...batch('wire', 4096, true) }, bearer(commandToken),
        { deadline: Date.now() + 300 });
    console.log('deadline:', late.status);
    const refused = await unary(
        runs, 'SendCommand', { run_name: 'trunk', ...batch('odd', 1000, false) }, bearer(commandToken));
    console.log('refused:', refused.status, refused.details);
    const unknown = await unary(runs, 'GetStatus', { run_name: 'Größe' }, bearer(readToken));
    console.log('unknown:', unknown.status, unknown.details);
    console.log('nobody:', (await unary(runs, 'GetStatus', {})).status);
    console.log('reader:', (await unary(runs, 'SendCommand', batch('no', 4096, false), bearer(readToken))).status);
}

main().then(() => process.exit(0), error => { console.error(error); process.exit(1); });
